pragma circom 2.2.0;

include "circomlib/circuits/babyjub.circom";
include "circomlib/circuits/comparators.circom";
include "circomlib/circuits/escalarmulfix.circom";
include "circomlib/circuits/poseidon.circom";

// EdDSA-Poseidon over BabyJubJub: accepts what circomlib's EdDSAPoseidonVerifier accepts, for three quarters of the
// constraints. What is cheaper: comparisons with a constant (one constraint for each bit of it that is 1) and the
// multiplication by the hash (six constraints a bit).

bus Signature() {
    signal r8x; // {Field}
    signal r8y; // {Field}
    signal s;   // {below the subgroup order}
}

// The bits of a number that is at most `max`.
//
// From the highest bit down, `equal` says that all bits so far are those of max. Where max has a 1, equal goes on
// with the bit; where it has a 0, a bit of 1 is refused while equal: bit * (1 - equal - bit) = 0 says so and that
// the bit is a bit.
//
// Assumes: max < 2^bits and max < p.
// Ensures: the bits are bits, of an integer that is congruent to value and at most max.
template BitsUpTo(bits, max) {
    signal input value;
    signal output bit[bits]; // {Bool} least significant first

    signal equal[bits + 1];
    equal[bits] <== 1;
    var sum = 0;
    for (var i = bits - 1; i >= 0; i--) {
        // Pinned: a bit by the constraints below, the right one by the sum.
        bit[i] <-- (value >> i) & 1;
        if (((max >> i) & 1) == 1) {
            bit[i] * (bit[i] - 1) === 0;
            equal[i] <== equal[i + 1] * bit[i];
        } else {
            bit[i] * (1 - equal[i + 1] - bit[i]) === 0;
            equal[i] <== equal[i + 1];
        }
        sum += bit[i] * (1 << i);
    }
    sum === value;
}

// A point on BabyJubJub's Montgomery form, v^2 = u^3 + 168698 u^2 + u.
bus MontgomeryPoint() {
    signal u;
    signal v;
}

function montgomeryA() {
    return 168698;
}

// u = (1 + y) / (1 - y), v = u / x.
//
// Assumes: the point is on the curve and is neither the identity nor (0, -1).
template ToMontgomery() {
    signal input x;
    signal input y;
    output MontgomeryPoint() out;

    // Both pinned by the product that follows.
    out.u <-- (1 + y) / (1 - y);
    out.u * (1 - y) === 1 + y;
    out.v <-- out.u / x;
    out.v * x === out.u;
}

// x = u / v, y = (u - 1) / (u + 1).
//
// Assumes: the point is on the curve and v is not 0; no point of the curve has u = -1.
template FromMontgomery() {
    input MontgomeryPoint() in;
    signal output x;
    signal output y;

    // Both pinned by the product that follows.
    x <-- in.u / in.v;
    x * in.v === in.u;
    y <-- (in.u - 1) / (in.u + 1);
    y * (in.u + 1) === in.u - 1;
}

// P + Q by the chord.
//
// Assumes: P is neither Q nor -Q.
template AddChord() {
    input MontgomeryPoint() p;
    input MontgomeryPoint() q;
    output MontgomeryPoint() out;

    // Pinned by the product that follows.
    signal slope <-- (q.v - p.v) / (q.u - p.u);
    slope * (q.u - p.u) === q.v - p.v;
    out.u <== slope * slope - montgomeryA() - p.u - q.u;
    out.v <== slope * (p.u - out.u) - p.v;
}

// 2 P + Q where bit is 1, 2 P - Q where it is 0, as (P +- Q) + P: two chords, the ordinate of the point between them
// never computed. Six constraints.
//
// Assumes: bit is a bit; P is neither Q nor -Q, and P +- Q is not -P.
template DoubleAndAdd() {
    signal input bit; // {Bool}
    input MontgomeryPoint() p;
    input MontgomeryPoint() q;
    output MontgomeryPoint() out;

    signal qv <== (2 * bit - 1) * q.v;

    // Pinned by the product that follows.
    signal slope <-- (p.v - qv) / (p.u - q.u);
    slope * (p.u - q.u) === p.v - qv;
    signal middleU <== slope * slope - montgomeryA() - p.u - q.u;

    // The second chord's slope is -slope - 2 v / (middleU - u). Pinned by the product that follows.
    signal secondSlope <-- 2 * p.v / (p.u - middleU) - slope;
    (secondSlope + slope) * (p.u - middleU) === 2 * p.v;
    out.u <== secondSlope * secondSlope - montgomeryA() - p.u - middleU;
    out.v <== secondSlope * (p.u - out.u) - p.v;
}

// (2 k + 1) T for a number k given by 254 bits.
//
// The ladder starts at N + T and takes the bits from the highest down, each as 2 P + T or 2 P - T, which leads to
// 2^254 N + (2 k + 1) T; N is a fixed point, so 2^254 N is a constant. N has no known relation to the base point:
// it is 8 times the first point of the curve with y = keccak256("hardhat-rollup: start of the double-and-add ladder
// i") mod p, i = 0, 1, 2, ... (test/circuits/signature.test.ts computes it again). A step could fail only where
// 2^i N + m T = T or -T or the like for an odd m made of the first i bits of k. For a given T that is a discrete
// logarithm of N, whatever k, which is a hash; whoever makes a key out of N opens nobody's account but that key's.
//
// Assumes: bit[i] are bits; T is on the curve and not of small order.
// Ensures: (x, y) = (2 k + 1) T.
template MultiplyOdd() {
    signal input bit[254]; // {Bool} least significant first
    signal input tx;
    signal input ty;
    signal output x;
    signal output y;

    MontgomeryPoint() t <== ToMontgomery()(tx, ty);

    MontgomeryPoint() start;
    start.u <== 4934289177017992665648221784109695416890033399095628004356660775276034092302;
    start.v <== 8059877431607640843065498676868514693291945824800556806579048903497088961243;

    component step[254];
    MontgomeryPoint() first <== AddChord()(start, t);
    for (var i = 253; i >= 0; i--) {
        step[i] = DoubleAndAdd();
        step[i].bit <== bit[i];
        step[i].q <== t;
        if (i == 253) {
            step[i].p <== first;
        } else {
            step[i].p <== step[i + 1].out;
        }
    }
    component sum = FromMontgomery();
    sum.in <== step[0].out;

    // minus 2^254 N
    component result = BabyAdd();
    result.x1 <== sum.x;
    result.y1 <== sum.y;
    result.x2 <== 20165709110551351024354317709750005294272158993067987423878854232513672103220;
    result.y2 <== 17607693232003306508242194284963422769096114038727330464324298458555251361932;
    x <== result.xout;
    y <== result.yout;
}

// Verifies one signature: S B8 = R8 + 8 h A with h = H_5(R8x, R8y, Ax, Ay, m), as
//
//   S B8 + 4 A = R8 + (2 h + 1) 4 A.
//
// Where it is not enabled, the prover has to give values that the gates can compute with (such as A = B8, R8 the
// identity, S = 0).
//
// Assumes: the key is on the curve (it was checked when its account was made).
// Ensures: S is below the subgroup order and R8 on the curve; where enabled, 8 A is not the identity and the equation
//          holds.
template VerifySignature() {
    signal input enabled; // {Bool}
    signal input ax;
    signal input ay;
    signal input hash;    // {Field} m
    input Signature() signature;

    var SUBGROUP_ORDER = 2736030358979909402780800718157159386076813972158567259200215660948447373041;
    var BASE8[2] = [
        5299619240641551281634865583518297030282874472190772894086521144482721001553,
        16950150798460657717958625567821834550301663161624707787222815936182638968203
    ];

    BabyCheck()(signature.r8x, signature.r8y);
    signal sBit[251] <== BitsUpTo(251, SUBGROUP_ORDER - 1)(signature.s);
    signal h <== Poseidon(5)([signature.r8x, signature.r8y, ax, ay, hash]);
    signal hBit[254] <== BitsUpTo(254, -1)(h);

    // 4 A; that 8 A is not the identity is to say that the x of 4 A is not 0.
    signal (x2, y2) <== BabyDbl()(ax, ay);
    signal (x4, y4) <== BabyDbl()(x2, y2);
    signal small <== IsZero()(x4);
    enabled * small === 0;

    component left = EscalarMulFix(251, BASE8);
    left.e <== sBit;
    component leftSum = BabyAdd();
    leftSum.x1 <== left.out[0];
    leftSum.y1 <== left.out[1];
    leftSum.x2 <== x4;
    leftSum.y2 <== y4;

    component right = MultiplyOdd();
    right.bit <== hBit;
    right.tx <== x4;
    right.ty <== y4;
    component rightSum = BabyAdd();
    rightSum.x1 <== signature.r8x;
    rightSum.y1 <== signature.r8y;
    rightSum.x2 <== right.x;
    rightSum.y2 <== right.y;

    enabled * (leftSum.xout - rightSum.xout) === 0;
    enabled * (leftSum.yout - rightSum.yout) === 0;
}
