pragma circom 2.2.0;

include "memory.circom";
include "selectors.circom";

// One fee slot: credits what the transactions paid in one asset to an account of that asset.
//
// Assumes: assets strictly increase over the used slots (AssertStrictlyIncreasing); the lookup of
//          (index, asset, identity) and the memory are checked under a challenge drawn after `absorbed`.
// Ensures: an unused slot has asset 0, so that no transaction matches it.
template FeeSlot(L, N) {
    signal input used;         // {Bool}
    signal input index;        // {2L bits}
    signal input asset;        // {Uint32}
    signal input identityHash; // {Field} of the account credited
    signal input total;        // sum of the fees paid to this slot
    signal input age;          // {time}
    input Cell() cell;

    output Access() access;
    signal output absorbed[6];

    AssertBit()(used);
    AssertBits(2 * L)(index);
    AssertBits(32)(asset);
    AssertBits(bitsFor(N))(age);
    AssertZeroUnless()(asset, used);

    access.enabled <== used;
    access.index <== index;
    access.age <== age;
    access.balance <== cell.balance;
    access.nonce <== cell.nonce;
    access.data <== cell.data;
    access.newBalance <== cell.balance + total;

    absorbed <== [
        identityHash, total,
        cell.balance, cell.nonce, cell.data,
        used + index * 2 + asset * (1 << (1 + 2 * L)) + age * (1 << (33 + 2 * L))
    ];
}
