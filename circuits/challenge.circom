pragma circom 2.2.0;

include "circomlib/circuits/poseidon.circom";

// The chain's challenge r, spread into what the checks under it need.
//
//   power[i] = r^i    for fingerprints, which are polynomials in r over the columns of a tuple
//   gamma    = H_2(r, 1)    the point at which products and logarithmic derivatives are evaluated
//
// Assumes: r was drawn after the sponge's digest c was fixed (the contract hashes c into r).
// Ensures: power and gamma are functions of r alone.
bus Challenge() {
    signal power[6]; // {Field} 1, r, ..., r^5
    signal gamma;    // {Field}
}

template DeriveChallenge() {
    signal input r;
    output Challenge() challenge;

    challenge.power[0] <== 1;
    challenge.power[1] <== r;
    for (var i = 2; i < 6; i++) {
        challenge.power[i] <== challenge.power[i - 1] * r;
    }
    challenge.gamma <== Poseidon(2)([r, 1]);
}
