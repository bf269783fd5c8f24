pragma circom 2.2.0;

include "circomlib/circuits/poseidon.circom";
include "challenge.circom";
include "memory.circom";
include "selectors.circom";
include "state-tree.circom";

// Who an account belongs to and what it holds; never changes once set.
bus Identity() {
    signal ax;    // {Field} owner's BabyJubJub key
    signal ay;    // {Field}
    signal owner; // {Uint160} L1 address
    signal asset; // {Uint32} 0 in the absent account only
}

// identity = H_4(ax, ay, owner, asset)
template IdentityHash() {
    input Identity() identity;
    signal output hash;
    hash <== Poseidon(4)([identity.ax, identity.ay, identity.owner, identity.asset]);
}

// leaf = H_4(identity, nonce, balance, data)
template LeafHash() {
    signal input identityHash;
    input Cell() cell;
    signal output hash;
    hash <== Poseidon(4)([identityHash, cell.nonce, cell.balance, cell.data]);
}

// One account slot: opens an account out of the tree, closes it back, publishes its row.
//
//   state     | old identity | final identity | first cell | last cell
//   ----------+--------------+----------------+------------+----------
//   unused    | the slot leaves the root alone, publishes 0, serves no lookup
//   existing  | H(identity)  | H(identity)    | any        | any
//   created   | 0            | H(identity)    | zero       | any
//   absent    | 0            | 0              | zero       | zero          identity all zero
//
// N bounds what is counted: accesses, lookups and thus multiplicities and times are at most N; T bounds nonces.
//
// Assumes: the memory equality ties first and last; the creation equality ties `created` to one operation.
// Ensures: the table above; index below 4^L by its bits; asset below 2^32; multiplicities and lastTime bounded by
//          bitsFor(N) bits and, of an unused slot, zero; nextRoot is root with this account's leaf replaced.
// Does not check: that indices differ between slots (AssertStrictlyIncreasing does).
template AccountSlot(L, T, N) {
    signal input existing;        // {Bool}
    signal input created;         // {Bool}
    signal input absent;          // {Bool}
    signal input indexBit[2 * L]; // {Bool}
    input Identity() identity;
    input Cell() first;
    input Cell() last;
    signal input lastTime;        // {time}
    signal input multiplicity[3]; // lookups served: as sender, as recipient, in operations
    signal input child[L][4];     // path, from the leaves up
    signal input root;            // {Field}

    signal output used;           // {Bool}
    signal output index;          // {2L bits}
    signal output finalIdentity;  // {Field} hash of the identity, 0 where absent or unused
    signal output nextRoot;       // {Field}
    signal output row;            // {Field} published
    signal output absorbed[10];

    // A. State
    AssertBit()(existing);
    AssertBit()(created);
    AssertBit()(absent);
    used <== existing + created + absent;
    AssertBit()(used);

    // B. Ranges
    var packedIndex = 0;
    for (var i = 0; i < 2 * L; i++) {
        AssertBit()(indexBit[i]);
        packedIndex += indexBit[i] * (1 << i);
    }
    index <== packedIndex;
    AssertBits(32)(identity.asset);
    AssertBits(bitsFor(N))(lastTime);
    for (var i = 0; i < 3; i++) {
        AssertBits(bitsFor(N))(multiplicity[i]);
    }
    AssertZeroUnless()(multiplicity[0] + multiplicity[1] + multiplicity[2], used);

    // C. What the states force to zero
    signal fresh <== created + absent;
    fresh * first.balance === 0;
    fresh * first.nonce === 0;
    fresh * first.data === 0;
    absent * identity.ax === 0;
    absent * identity.ay === 0;
    absent * identity.owner === 0;
    absent * identity.asset === 0;
    absent * last.balance === 0;
    absent * last.nonce === 0;
    absent * last.data === 0;

    // D. Leaves
    signal identityHash <== IdentityHash()(identity);
    signal oldIdentity <== existing * identityHash;
    finalIdentity <== (existing + created) * identityHash;
    signal oldLeaf <== LeafHash()(oldIdentity, first);
    signal newLeaf <== LeafHash()(finalIdentity, last);

    // E. Tree
    component path = UpdateLeaf(L);
    path.indexBit <== indexBit;
    path.child <== child;
    path.oldLeaf <== oldLeaf;
    path.newLeaf <== newLeaf;
    used * (path.oldRoot - root) === 0;
    nextRoot <== root + used * (path.newRoot - root);

    // F. Row
    signal nonceIncrease <== last.nonce - first.nonce;
    signal usedIncrease <== used * nonceIncrease;
    AssertBits(bitsFor(T))(usedIncrease);
    row <== used * (index + last.balance * (1 << 48)) + usedIncrease * (1 << 32);

    // G. Everything that a check under the challenge depends on
    var bits = bitsFor(N);
    var at = 2 * L;
    var packed = index;
    packed += identity.asset * (1 << at);
    at += 32;
    packed += existing * (1 << at) + created * (1 << (at + 1)) + absent * (1 << (at + 2));
    at += 3;
    packed += lastTime * (1 << at);
    at += bits;
    for (var i = 0; i < 3; i++) {
        packed += multiplicity[i] * (1 << at);
        at += bits;
    }
    absorbed <== [
        identity.ax, identity.ay, identity.owner,
        first.balance, first.nonce, first.data,
        last.balance, last.nonce, last.data,
        packed
    ];
}

// What is known of an account slot under the challenge: its tuples in the memory and its rows in the three lookup
// tables. A column stands under the same power of r in each table, so that products are shared:
//
//   sender     index + r asset + r^2 ax + r^3 ay
//   recipient  index + r asset + r^5 H(identity)
//   operation  index + r asset + r^2 ax + r^3 ay + r^4 owner
template AccountFingerprints() {
    signal input used; // {Bool}
    signal input index;
    input Identity() identity;
    signal input identityHash; // {Field} 0 of an absent account
    input Cell() first;
    input Cell() last;
    signal input lastTime;
    input Challenge() challenge;
    signal output firstFactor;
    signal output lastFactor;
    signal output table[3];

    signal firstCell <== CellFingerprint()(index, 0, first, challenge.power);
    signal lastCell <== CellFingerprint()(index, lastTime, last, challenge.power);
    firstFactor <== Factor()(used, firstCell, challenge.gamma);
    lastFactor <== Factor()(used, lastCell, challenge.gamma);

    component lookup = IdentityFingerprints();
    lookup.index <== index;
    lookup.identity <== identity;
    lookup.power <== challenge.power;
    table[0] <== lookup.sender;
    table[1] <== RecipientFingerprint()(index, identity.asset, identityHash, challenge.power);
    table[2] <== lookup.operation;
}

template IdentityFingerprints() {
    signal input index;
    input Identity() identity;
    signal input power[6]; // of r
    signal output sender;
    signal output operation;

    _ <== [power[0], power[5]]; // no column of these tables stands under them
    signal assetTerm <== power[1] * identity.asset;
    signal axTerm <== power[2] * identity.ax;
    signal ayTerm <== power[3] * identity.ay;
    signal ownerTerm <== power[4] * identity.owner;
    sender <== index + assetTerm + axTerm + ayTerm;
    operation <== sender + ownerTerm;
}

template RecipientFingerprint() {
    signal input index;
    signal input asset;
    signal input identityHash;
    signal input power[6]; // of r
    signal output fingerprint;

    _ <== [power[0], power[2], power[3], power[4]]; // no column of this table stands under them
    signal assetTerm <== power[1] * asset;
    signal identityTerm <== power[5] * identityHash;
    fingerprint <== index + assetTerm + identityTerm;
}
