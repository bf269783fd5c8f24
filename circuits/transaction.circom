pragma circom 2.2.0;

include "circomlib/circuits/poseidon.circom";
include "account.circom";
include "exit.circom";
include "memory.circom";
include "selectors.circom";
include "signature.circom";

// The fields that a sender signs.
bus Message() {
    signal from;    // {2L bits} sender's account index
    signal nonce;   // {Uint40} as read from the sender's cell
    signal expiry;  // {Uint33, by its distance to the batch number} last batch that may include it
    signal to;      // recipient's account index, or L1 address of a withdrawal
    signal amount;  // {Uint128}
    signal fee;     // {Uint96}
    signal payload; // recipient's identity, asset of a withdrawal
}

// m = H_5(domain, from + kind 2^32 + nonce 2^40 + expiry 2^80, to, amount + fee 2^128, payload)
//
// Assumes: every packed part is bounded, so that m binds each of them.
template MessageHash() {
    signal input domain;
    signal input kind;
    input Message() message;
    signal output hash;

    hash <== Poseidon(5)([
        domain,
        message.from + kind * (1 << 32) + message.nonce * (1 << 40) + message.expiry * (1 << 80),
        message.to,
        message.amount + message.fee * (1 << 128),
        message.payload
    ]);
}

// One transaction slot: a transfer or a withdrawal, as accesses number k (sender) and k + 1 (recipient); k is a matter
// of the batch circuit.
//
//   A. flags    B. ranges    C. signature    D. fee    E. accesses    F. exit    G. what is absorbed
//
// An unused slot has used, withdraw and every feeSlot 0 and any values that satisfy the range checks; its
// accesses, claims and exit are disabled.
//
// Assumes: batchNumber below 2^32; feeAsset strictly increasing over used fee slots and 0 in unused ones;
//          lookups, memory and exits are checked under a challenge drawn after `absorbed`.
// Ensures: a used slot is signed by the key looked up at (from, asset), has the nonce read there, is not expired,
//          leaves the sender a balance of 128 bits, and a fee that is not 0 goes to exactly one fee slot of its
//          asset. A withdrawal's payload is its asset.
// Does not check: a withdrawal's `to` below 2^160; it is published as an element that the contract types.
template Transaction(L, F, N) {
    signal input used;         // {Bool}
    signal input withdraw;     // {Bool} kind: 0 transfer, 1 withdraw
    input Message() message;
    input Signature() signature;
    signal input ax;           // {Field} sender's key
    signal input ay;           // {Field}
    signal input asset;        // {Uint32} of sender and recipient
    signal input feeSlot[F];   // {Bool} at most one
    signal input senderAge;    // {time} k - time read
    input Cell() sender;       // nonce: message.nonce
    signal input recipientAge; // {time} k + 1 - time read
    input Cell() recipient;
    signal input domain;
    signal input batchNumber;  // {Uint32}
    signal input feeAsset[F];  // {Uint32}

    output Access() access[2]; // sender, recipient
    output Exit() exit;
    signal output feePaid[F];  // {Uint96}
    signal output absorbed[9];

    assert(2 + F + 2 * bitsFor(N) + 32 < 254); // the packed element at G

    // A. Flags
    AssertBit()(used);
    AssertBitWithin()(withdraw, used);
    var feeSlots = 0;
    for (var j = 0; j < F; j++) {
        AssertBit()(feeSlot[j]);
        feeSlots += feeSlot[j];
    }
    signal paysFee <== feeSlots;
    AssertBitWithin()(paysFee, used);

    // B. Ranges
    AssertBits(2 * L)(message.from);
    // nonce + 1 in 40 bits: the nonce written is in range, and the packing stays injective with nonce = -1, which
    // no cell holds.
    AssertBits(40)(message.nonce + 1);
    // Not expired; with batchNumber < 2^32 the expiry, the topmost packed part, is below 2^33.
    AssertBits(32)(message.expiry - batchNumber);
    AssertBits(128)(message.amount);
    AssertBits(96)(message.fee);
    AssertBits(128)(sender.balance - message.amount - message.fee);
    AssertBits(32)(asset);
    AssertBits(bitsFor(N))(senderAge);
    AssertBits(bitsFor(N))(recipientAge);
    sender.nonce === message.nonce;
    withdraw * (message.payload - asset) === 0;
    // A used slot's asset is not 0. The inverse is pinned by the next line.
    signal assetInverse <-- used == 1 ? 1 / asset : 0;
    asset * assetInverse === used;

    // C. Signature
    signal hash <== MessageHash()(domain, withdraw, message);
    VerifySignature()(used, ax, ay, hash, signature);

    // D. Fee: one slot where it is not 0, of the same asset (so that slot is used)
    message.fee * (used - paysFee) === 0;
    for (var j = 0; j < F; j++) {
        feeSlot[j] * (asset - feeAsset[j]) === 0;
        feePaid[j] <== feeSlot[j] * message.fee;
    }

    // E. Accesses
    access[0].enabled <== used;
    access[0].index <== message.from;
    access[0].age <== senderAge;
    access[0].balance <== sender.balance;
    access[0].nonce <== sender.nonce;
    access[0].data <== sender.data;
    access[0].newBalance <== sender.balance - message.amount - message.fee;

    access[1].enabled <== used - withdraw;
    access[1].index <== message.to;
    access[1].age <== recipientAge;
    access[1].balance <== recipient.balance;
    access[1].nonce <== recipient.nonce;
    access[1].data <== recipient.data;
    access[1].newBalance <== recipient.balance + message.amount;

    // F. Exit
    exit.enabled <== withdraw;
    exit.recipient <== message.to;
    exit.amount <== message.amount;
    exit.asset <== asset;

    // G. The hash binds the signed fields; nonce is bound by it too
    var at = 2;
    var packed = used + 2 * withdraw;
    for (var j = 0; j < F; j++) {
        packed += feeSlot[j] * (1 << at);
        at++;
    }
    packed += senderAge * (1 << at);
    at += bitsFor(N);
    packed += recipientAge * (1 << at);
    at += bitsFor(N);
    packed += asset * (1 << at);
    absorbed <== [
        hash, ax, ay,
        sender.balance, sender.data,
        recipient.balance, recipient.nonce, recipient.data,
        packed
    ];
}
