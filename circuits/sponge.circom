pragma circom 2.2.0;

include "circomlib/circuits/poseidon.circom";

// Number of hashes that absorb n elements.
function spongeSteps(n) {
    return (n + 14) \ 15;
}

// The commitment c to everything that a check under the challenge depends on:
//
//   state = 0;  state = H_16(state, 15 elements) for each step, the last one padded with zeros
//
// n is a constant of the shape, so padding is unambiguous and the chain is collision resistant as H_16 is.
// 609 constraints a step, 41 an element.
//
// Assumes: no element packs values whose parts are not bounded elsewhere.
// Ensures: digest binds every element.
template Sponge(n) {
    signal input element[n]; // {Field}
    signal output digest;    // {Field}

    var steps = spongeSteps(n);
    signal state[steps + 1];
    state[0] <== 0;
    component step[steps];
    for (var s = 0; s < steps; s++) {
        step[s] = Poseidon(16);
        step[s].inputs[0] <== state[s];
        for (var i = 0; i < 15; i++) {
            var at = 15 * s + i;
            if (at < n) {
                step[s].inputs[i + 1] <== element[at];
            } else {
                step[s].inputs[i + 1] <== 0;
            }
        }
        state[s + 1] <== step[s].out;
    }
    digest <== state[steps];
}
