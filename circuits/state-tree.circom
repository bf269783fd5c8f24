pragma circom 2.2.0;

include "circomlib/circuits/poseidon.circom";

// The 4-ary state tree: node = H_4(child 0..3), a leaf's position is its index, two bits a level, least
// significant at the leaves.

// One node before and after its child at position (bit[0] + 2 bit[1]) changed.
//
//   selected[j] = 1 where j is the position
//   old child   = child[position]            (mux: three products)
//   new child j = child[j] + selected[j] * (newChild - oldChild)
//
// Assumes: bit[0] and bit[1] are bits.
// Ensures: oldChild stands at the position; oldNode and newNode are the hashes before and after.
template UpdateNode() {
    signal input bit[2];   // {Bool}
    signal input child[4]; // {Field} before the change
    signal input oldChild;
    signal input newChild;
    signal output oldNode;
    signal output newNode;

    signal both <== bit[0] * bit[1];
    signal low <== bit[0] * (child[1] - child[0]);
    signal high <== bit[1] * (child[2] - child[0]);
    signal cross <== both * (child[3] - child[2] - child[1] + child[0]);
    child[0] + low + high + cross === oldChild;

    signal change <== newChild - oldChild;
    signal atThree <== both * change;
    signal oddChange <== bit[0] * change;
    signal highChange <== bit[1] * change;

    oldNode <== Poseidon(4)(child);
    newNode <== Poseidon(4)([
        child[0] + change - oddChange - highChange + atThree,
        child[1] + oddChange - atThree,
        child[2] + highChange - atThree,
        child[3] + atThree
    ]);
}

// Replaces one leaf of a tree of depth L.
//
// Assumes: every indexBit is a bit; indexBit[0] is the least significant.
// Ensures: oldRoot is the root of a tree with oldLeaf at the index, newRoot the root of that tree with newLeaf
//          there instead; siblings cannot differ between the two.
// Does not check: that oldRoot is a root that anybody knows; the caller compares it.
template UpdateLeaf(L) {
    signal input indexBit[2 * L]; // {Bool}
    signal input child[L][4];     // {Field} the nodes' children before the change, from the leaves up
    signal input oldLeaf;
    signal input newLeaf;
    signal output oldRoot;
    signal output newRoot;

    component node[L];
    for (var i = 0; i < L; i++) {
        node[i] = UpdateNode();
        node[i].bit[0] <== indexBit[2 * i];
        node[i].bit[1] <== indexBit[2 * i + 1];
        node[i].child <== child[i];
        node[i].oldChild <== (i == 0 ? oldLeaf : node[i - 1].oldNode);
        node[i].newChild <== (i == 0 ? newLeaf : node[i - 1].newNode);
    }
    oldRoot <== node[L - 1].oldNode;
    newRoot <== node[L - 1].newNode;
}
