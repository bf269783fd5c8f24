pragma circom 2.2.0;

include "circomlib/circuits/bitify.circom";

// Small gates on used flags and on bounded numbers.

// Number of bits that hold every value from 0 to n.
function bitsFor(n) {
    var bits = 0;
    while ((1 << bits) <= n) {
        bits++;
    }
    return bits;
}

// Ensures: flag is 0 or 1.
template AssertBit() {
    signal input flag;
    flag * (flag - 1) === 0;
}

// A flag that may be set only where another one is.
//
// Assumes: allowed is 0 or 1.
// Ensures: flag is 0 or allowed, so it is a bit too.
template AssertBitWithin() {
    signal input flag;
    signal input allowed; // {Bool}
    flag * (flag - allowed) === 0;
}

// Used slots come first.
//
// Assumes: each used[i] is 0 or 1.
// Ensures: no slot is used behind an unused one.
template AssertUsedFirst(n) {
    signal input used[n]; // {Bool}
    _ <== used[0]; // a single slot is the first one
    for (var i = 1; i < n; i++) {
        used[i] * (1 - used[i - 1]) === 0;
    }
}

// Ensures: value is an integer below 2^bits.
template AssertBits(bits) {
    signal input value;
    _ <== Num2Bits(bits)(value);
}

// Ensures: value is 0 wherever allowed is 0.
// Does not check: that allowed is a bit.
template AssertZeroUnless() {
    signal input value;
    signal input allowed;
    signal forced;
    forced <== value * allowed;
    forced === value;
}

// The used slots' keys are strictly increasing, the first one at least `floor`.
//
// Assumes: used is a prefix of ones; each key of a used slot is below 2^bits.
// Ensures: floor <= key[0] < key[1] < ... over the used slots, so no key appears twice.
template AssertStrictlyIncreasing(n, bits, floor) {
    signal input used[n]; // {Bool}
    signal input key[n];  // {bits}
    signal gap[n];
    for (var i = 0; i < n; i++) {
        gap[i] <== used[i] * (key[i] - (i == 0 ? floor : key[i - 1] + 1));
        if (i > 0 || floor > 0) {
            AssertBits(bits)(gap[i]);
        }
    }
}
