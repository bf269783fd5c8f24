pragma circom 2.2.0;

include "circomlib/circuits/babyjub.circom";
include "circomlib/circuits/comparators.circom";
include "account.circom";
include "exit.circom";
include "memory.circom";
include "selectors.circom";

// One operation slot.
//
//   kind      | published: owner | asset, ax, ay | amount | creates | effect
//   ----------+------------------+---------------+--------+---------+------------------------------------------
//   unused    | 0                | 0             | 0      | 0       | none
//   1 deposit | of the account   | of the account| any    | 0 or 1  | credits amount
//   2 exit    | who asked        | 0             | 0      | 0       | if `owner` is the account's, its whole
//             |                  |               |        |         | balance becomes an exit row, unless it is 0
//   3 open    | of the account   | of the account| 0      | 1       | none
//
// `holder` is the account at the index, looked up; for deposits and opens it is what is published.
//
// Assumes: lookups, memory, creations and exits are checked under a challenge drawn after `absorbed` and `element`.
// Ensures: the table; every part of a packed element is bounded; the key of a deposit or open is on the curve.
// Does not check: owner and asset not 0, asset registered, amount below 2^128: the contract's, from its queue or
//                 by type.
template Operation(L, N) {
    signal input isDeposit;      // {Bool}
    signal input isExit;         // {Bool}
    signal input isOpen;         // {Bool}
    signal input depositCreates; // {Bool}
    signal input index;          // {2L bits}
    signal input owner;          // {Uint160} published
    signal input amount;         // {Uint128}
    input Identity() holder;
    signal input age;            // {time}
    input Cell() cell;

    output Access() access;
    output Exit() exit;
    signal output used;          // {Bool}
    signal output creates;       // {Bool}
    signal output element[5];    // published
    signal output absorbed[7];

    // A. Kind
    AssertBit()(isDeposit);
    AssertBit()(isExit);
    AssertBit()(isOpen);
    used <== isDeposit + isExit + isOpen;
    AssertBit()(used);
    AssertBitWithin()(depositCreates, isDeposit);
    creates <== isOpen + depositCreates;
    signal named <== isDeposit + isOpen;

    // B. Ranges
    AssertBits(2 * L)(index);
    AssertBits(32)(holder.asset);
    AssertBits(bitsFor(N))(age);

    // C. Published fields
    AssertZeroUnless()(index, used);
    AssertZeroUnless()(owner, used);
    AssertZeroUnless()(amount, isDeposit);
    named * (owner - holder.owner) === 0;
    signal asset <== named * holder.asset;
    signal ax <== named * holder.ax;
    signal ay <== named * holder.ay;

    // D. Key on the curve: 168700 x^2 + y^2 = 1 + 168696 x^2 y^2
    signal axSquare <== ax * ax;
    signal aySquare <== ay * ay;
    signal bothSquare <== axSquare * aySquare;
    named * (168700 * axSquare + aySquare - 1 - 168696 * bothSquare) === 0;

    // E. Exit
    signal isOwner <== IsEqual()([owner, holder.owner]);
    signal leaves <== isExit * isOwner;
    signal paid <== leaves * cell.balance;
    signal paysNothing <== IsZero()(paid);
    exit.enabled <== 1 - paysNothing;
    exit.recipient <== owner;
    exit.amount <== paid;
    exit.asset <== holder.asset;

    // F. Access
    access.enabled <== used;
    access.index <== index;
    access.age <== age;
    access.balance <== cell.balance;
    access.nonce <== cell.nonce;
    access.data <== cell.data;
    access.newBalance <== cell.balance + amount - paid;

    // G. Published and absorbed
    element <== [
        isDeposit + 2 * isExit + 3 * isOpen + index * (1 << 8) + asset * (1 << 40) + creates * (1 << 72),
        owner,
        amount,
        ax,
        ay
    ];
    absorbed <== [
        holder.ax, holder.ay, holder.owner,
        cell.balance, cell.nonce, cell.data,
        holder.asset + age * (1 << 32)
    ];
}

// Each created slot is the target of exactly one creating operation, each creating operation's target is a created
// slot: as multisets of indices.
//
// Assumes: flags are bits; indices of used slots differ; all of it was absorbed before the challenge.
template AssertCreations(P, A) {
    signal input creates[P]; // {Bool}
    signal input target[P];  // {2L bits}
    signal input created[A]; // {Bool}
    signal input index[A];   // {2L bits}
    signal input gamma;      // {Field} of the challenge

    component operations = Product(P);
    for (var j = 0; j < P; j++) {
        operations.factor[j] <== Factor()(creates[j], target[j], gamma);
    }
    component slots = Product(A);
    for (var i = 0; i < A; i++) {
        slots.factor[i] <== Factor()(created[i], index[i], gamma);
    }
    operations.product === slots.product;
}
