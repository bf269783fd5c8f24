pragma circom 2.2.0;

// Where the sections of the public data d stand (docs/protocol.md, section 4, step 4):
//
//   header 4 | operations 5 x P | exits 2 x E | rows 1 x A
function headerElements() {
    return 4;
}

function dataElements(A, P, E) {
    return headerElements() + 5 * P + 2 * E + A;
}

// The data as one number under the challenge: y = d_0 + d_1 r + ... + d_{n-1} r^(n-1), by Horner's rule.
// One constraint an element.
//
// Assumes: every element was absorbed by the sponge.
// Ensures: y is that value; two different vectors share it for at most n - 1 values of r.
template EvaluateData(n) {
    signal input element[n]; // {Field}
    signal input r;          // {Field}
    signal output y;         // {Field}

    signal partial[n];
    partial[n - 1] <== element[n - 1];
    for (var i = n - 2; i >= 0; i--) {
        partial[i] <== partial[i + 1] * r + element[i];
    }
    y <== partial[0];
}
