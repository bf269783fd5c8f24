pragma circom 2.2.0;

include "challenge.circom";
include "memory.circom";
include "selectors.circom";

// Something that pays out on L1: a withdrawal or a forced exit.
bus Exit() {
    signal enabled;   // {Bool}
    signal recipient; // {Uint160}
    signal amount;    // {Uint128}
    signal asset;     // {Uint32}
}

// position + r recipient + r^2 amount + r^3 asset
template ExitFingerprint() {
    signal input position;
    input Exit() exit;
    signal input power[6]; // of r
    signal output fingerprint;

    _ <== [power[0], power[4], power[5]]; // no column stands under them
    _ <== exit.enabled; // by the factor that the fingerprint goes into
    signal recipientTerm <== power[1] * exit.recipient;
    signal amountTerm <== power[2] * exit.amount;
    signal assetTerm <== power[3] * exit.asset;
    fingerprint <== position + recipientTerm + amountTerm + assetTerm;
}

// One published exit: recipient | amount + asset 2^128, both 0 where unused.
//
// Ensures: used is a bit; amount and asset are bounded, so the packed element binds both.
// Does not check: recipient below 2^160; as an element of its own it is typed by the contract.
template ExitRow() {
    input Exit() exit;
    signal output element[2];

    AssertBit()(exit.enabled);
    AssertBits(128)(exit.amount);
    AssertBits(32)(exit.asset);
    AssertZeroUnless()(exit.recipient, exit.enabled);
    AssertZeroUnless()(exit.amount, exit.enabled);
    AssertZeroUnless()(exit.asset, exit.enabled);
    element <== [exit.recipient, exit.amount + exit.asset * (1 << 128)];
}

// The published exits are exactly what the causes pay out, in their order.
//
// A cause's position is the number of enabled causes before it, a row's its own number: so the equality of the two
// multisets is equality of the two lists.
//
// Assumes: flags are bits and rows used first; all of both sides was absorbed before the challenge.
// Ensures: row e, where used, equals the e-th enabled cause; there are as many rows as causes.
template AssertExits(causes, E) {
    input Exit() cause[causes];
    input Exit() row[E];
    input Challenge() challenge;

    var position = 0;
    component causeProduct = Product(causes);
    for (var i = 0; i < causes; i++) {
        causeProduct.factor[i] <== Factor()(
            cause[i].enabled,
            ExitFingerprint()(position, cause[i], challenge.power),
            challenge.gamma
        );
        position += cause[i].enabled;
    }
    var rows = 0;
    component rowProduct = Product(E);
    for (var e = 0; e < E; e++) {
        rowProduct.factor[e] <== Factor()(
            row[e].enabled,
            ExitFingerprint()(e, row[e], challenge.power),
            challenge.gamma
        );
        rows += row[e].enabled;
    }
    position === rows;
    causeProduct.product === rowProduct.product;
}
