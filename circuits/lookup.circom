pragma circom 2.2.0;

// Lookups by logarithmic derivatives (Haboeck, eprint 2022/1530): every enabled claim stands in the table, each
// row as often as its multiplicity says, if
//
//   sum over claims of enabled / (gamma - claim) = sum over rows of multiplicity / (gamma - row).
//
// Claims and rows are fingerprints, polynomials in r over the columns.
//
// Assumes: enabled is 0 or 1; multiplicities are far below p; an unused row's multiplicity is 0; everything that a
//          fingerprint is made of, the flags and the multiplicities were absorbed before r.
// Ensures: each enabled claim equals some row with a multiplicity that is not 0.
template AssertLookups(claims, rows) {
    signal input gamma;           // {Field}
    signal input enabled[claims]; // {Bool}
    signal input claim[claims];   // {Field} fingerprints
    signal input multiplicity[rows];
    signal input row[rows];       // {Field} fingerprints

    var claimed = 0;
    signal claimTerm[claims];
    for (var i = 0; i < claims; i++) {
        // Pinned by the next line: gamma - claim is not 0 but with probability 1/p over r.
        claimTerm[i] <-- enabled[i] / (gamma - claim[i]);
        claimTerm[i] * (gamma - claim[i]) === enabled[i];
        claimed += claimTerm[i];
    }
    var held = 0;
    signal rowTerm[rows];
    for (var i = 0; i < rows; i++) {
        // Pinned by the next line, as above.
        rowTerm[i] <-- multiplicity[i] / (gamma - row[i]);
        rowTerm[i] * (gamma - row[i]) === multiplicity[i];
        held += rowTerm[i];
    }
    claimed === held;
}
