// Constraints of the shape `tiny` that nothing notices when they are gone: what they say follows from the rest.
//
// Where a reason speaks of a product, the rest is an equality at gamma and r, which nobody knows before all else is
// committed to: two different products are equal there with probability below 2^-230. As polynomials in gamma, both
// sides have the same degree, the same leading factor and the same roots, and these are tuples' fingerprints.
//
// They stay in the circuits: each makes its template say by itself what its header says, in shapes of other sizes too
// (with two fee slots, no `feeSlot` bit follows from the others), and all of them together are 28 of 29,067.

const slots = [0, 1, 2, 3];

/** Reasons, by the names of a constraint's wires in alphabetical order. */
export const impliedByOthers: ReadonlyMap<string, string> = new Map<string, string>([
  ...slots.map((i): [string, string] => [
    `accountState[${i}][1]`,
    "created is used - existing - absent, which are bits: 1, 0, -1 or -2. It is the leading factor of the product over " +
      "created slots, and the product over creating operations has the leading factor 1.",
  ]),
  ...slots.flatMap((i) =>
    [0, 1, 2].map((field): [string, string] => [
      `accountLast[${i}][${field}] accountState[${i}][2]`,
      "An absent account's first cell is 0, and it has asset 0 and the key (0, 0). No sender, recipient or fee slot has " +
        "asset 0, no deposit or open has a key off the curve, and an exit of a balance of 0 writes what it reads. So, by " +
        "the products of the memory, its last cell is 0.",
    ]),
  ),
  [
    "account[0].AssertZeroUnless.value account[0].used",
    "If the first account slot is not used, none is. Then no first tuple is there to be read, so no access is enabled, " +
      "and no lookup: all terms of the sums but this one are 0, which therefore is 0 too.",
  ],
  ...[0, 1].map((j): [string, string] => [
    `access[${j}].access.enabled`,
    "Three bits make used 2 or 3, and then the index is 0. A factor e (gamma - f - 1) + 1 has the root f + 1 - 1 / e: the " +
      "tuple of an index that is no integer, which only the write and the read of this same access have. They would be " +
      "equal, so that the access would read what it writes; its age is not negative.",
  ]),
  [
    "transactionUsed[0]",
    "The next slot is not used then, so the sender's lookup is the only one and its multiplicity, 2 to 7, is used. As of an " +
      "operation, the access would read what it writes.",
  ],
  [
    "feeUsed[0]",
    "The asset is 0, unless used is 0 or 1. No other lookup has asset 0, so used is a multiplicity, 2 to 7; the gap to " +
      "the smallest asset is -used, which is no number of 32 bits.",
  ],
  ...[0, 1].map((e): [string, string] => [
    `exitUsed[${e}]`,
    "The numbers of causes and rows are equal, and so are the degrees of their products: both are the number of rows that " +
      "are not 0, which is their sum only where each is 0 or 1.",
  ]),
  [
    "exitUsed[0] exitUsed[1]",
    "A row's position is its own number, a cause's the number of causes before it: the products are equal only if rows " +
      "begin at 0 and leave none out.",
  ],
  ...[0, 1].map((i): [string, string] => [
    [
      `transaction[${i}].VerifySignature.BitsUpTo.equal[0]`,
      `transaction[${i}].VerifySignature.BitsUpTo.equal[29]`,
      `transaction[${i}].VerifySignature.hBit[28]`,
    ].join(" "),
    "The lowest bit of p - 1 that is 1. Without it a hash below 2^28 could be read as itself plus p, and one that ends in 28 " +
      "zeros has a witness with another `equal`, which says nothing: nobody finds the former. " +
      "test/circuits/signature.test.ts has the template itself, on few bits.",
  ]),
  ...[0, 1].map((i): [string, string] => [
    `transactionFeeSlot[${i}][0]`,
    "With one fee slot, paysFee is this flag, and AssertBitWithin makes it 0 or used, which is a bit.",
  ]),
]);
