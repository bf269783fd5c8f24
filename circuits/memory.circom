pragma circom 2.2.0;

include "challenge.circom";

// The state as a memory (Blum et al. 1991, offline memory checking; Spice, Spartan).
//
// A cell holds (balance, nonce, data) at an account's index. Access number k, a constant of the shape, reads the
// cell's tuple, which carries the time of the write that made it, and writes a new one with time k + 1. First
// tuples (time 0) come from the old tree, last ones go to the new tree. Then
//
//   first tuples + writes = reads + last tuples    as multisets,
//
// and since a read's time is at most k, each read returns the latest write before it. Equality is tested by a
// product of (gamma - fingerprint), the fingerprint being a polynomial in r.

// What an access reads and what it changes.
bus Access() {
    signal enabled;    // {Bool} a disabled access contributes the factor 1 to both sides
    signal index;      // {Field} which cell
    signal age;        // {time} k - time of the tuple that is read
    signal balance;    // {Field} as read
    signal nonce;      // {Field} as read
    signal data;       // {Field} as read and as written
    signal newBalance; // {Field} as written
}

// A cell before or after the batch.
bus Cell() {
    signal balance; // {Field}
    signal nonce;   // {Field}
    signal data;    // {Field}
}

// Fingerprint of a tuple: index + r time + r^2 balance + r^3 nonce + r^4 data.
template CellFingerprint() {
    signal input index;
    signal input time;
    input Cell() cell;
    signal input power[6]; // of r
    signal output fingerprint;

    _ <== [power[0], power[5]]; // no column stands under them
    signal timeTerm <== power[1] * time;
    signal balanceTerm <== power[2] * cell.balance;
    signal nonceTerm <== power[3] * cell.nonce;
    signal dataTerm <== power[4] * cell.data;
    fingerprint <== index + timeTerm + balanceTerm + nonceTerm + dataTerm;
}

// The factor that a tuple contributes to a product: gamma - fingerprint where enabled, else 1.
template Factor() {
    signal input enabled; // {Bool}
    signal input fingerprint;
    signal input gamma;
    signal output factor;

    factor <== enabled * (gamma - fingerprint - 1) + 1;
}

// The two factors of access number k, which adds nonceStep to the nonce.
//
// Assumes: access.age is bounded so that k - age <= k holds over the integers.
// Ensures: read and write are the factors of the tuples described above.
template AccessFactors(k, nonceStep) {
    input Access() access;
    input Challenge() challenge;
    signal output read;
    signal output write;

    _ <== [challenge.power[0], challenge.power[5]]; // no column stands under them
    signal timeTerm <== challenge.power[1] * (k - access.age);
    signal balanceTerm <== challenge.power[2] * access.balance;
    signal changeTerm <== challenge.power[2] * (access.newBalance - access.balance);
    signal nonceTerm <== challenge.power[3] * access.nonce;
    signal dataTerm <== challenge.power[4] * access.data;

    signal unchanged <== access.index + balanceTerm + nonceTerm + dataTerm;
    signal timeWritten <== (k + 1) * challenge.power[1];
    signal nonceChange <== nonceStep * challenge.power[3];

    read <== Factor()(access.enabled, unchanged + timeTerm, challenge.gamma);
    write <== Factor()(access.enabled, unchanged + timeWritten + changeTerm + nonceChange, challenge.gamma);
}

// Product of n factors.
template Product(n) {
    signal input factor[n];
    signal output product;

    signal partial[n];
    partial[0] <== factor[0];
    for (var i = 1; i < n; i++) {
        partial[i] <== partial[i - 1] * factor[i];
    }
    product <== partial[n - 1];
}
