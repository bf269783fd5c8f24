// What circomspect finds and what is right all the same, one by one. Anything else fails the lint, and so does an
// entry here that nothing is found for any more.

export type Silenced = {
  readonly file: string;
  /** A line of the file, without what follows it on that line as a comment. */
  readonly statement: string;
  /** A statement that stands there several times: which template's. */
  readonly template: string;
  readonly codes: readonly string[];
  readonly why: string;
};

/** CS0005: `<--` does not constrain. CS0015: a divisor should be constrained not to be 0. */
const hint = ["CS0005"];
const quotient = ["CS0005", "CS0015"];

export const silenced: readonly Silenced[] = [
  {
    file: "lookup.circom",
    template: "AssertLookups",
    statement: "claimTerm[i] <-- enabled[i] / (gamma - claim[i]);",
    codes: quotient,
    why: "The next line pins it. A divisor of 0 makes that line 0 = enabled, so it frees a disabled claim's term only, and only where gamma, drawn after the claim, hits it: 1 in p.",
  },
  {
    file: "lookup.circom",
    template: "AssertLookups",
    statement: "rowTerm[i] <-- multiplicity[i] / (gamma - row[i]);",
    codes: quotient,
    why: "The same, for a row that serves no lookup.",
  },
  {
    file: "signature.circom",
    template: "BitsUpTo",
    statement: "bit[i] <-- (value >> i) & 1;",
    codes: hint,
    why: "A bit by the constraint behind it, the right one by the sum; test/attacks/circuits/hints.test.ts.",
  },
  {
    file: "signature.circom",
    template: "ToMontgomery",
    statement: "out.u <-- (1 + y) / (1 - y);",
    codes: quotient,
    why: "y = 1 makes the next line 0 = 2, which no u satisfies.",
  },
  {
    file: "signature.circom",
    template: "ToMontgomery",
    statement: "out.v <-- out.u / x;",
    codes: quotient,
    why: "x = 0 on the curve is y = 1 or -1. y = 1 is refused one line above; y = -1 is (0, -1), of small order: `enabled * small === 0` refuses it, and a slot that is not enabled may have any v.",
  },
  {
    file: "signature.circom",
    template: "FromMontgomery",
    statement: "x <-- in.u / in.v;",
    codes: quotient,
    why: "v = 0 is a point of order 2 or 1, and what comes out of the ladder is a point that nobody can choose (MultiplyOdd says why).",
  },
  {
    file: "signature.circom",
    template: "FromMontgomery",
    statement: "y <-- (in.u - 1) / (in.u + 1);",
    codes: quotient,
    why: "u = -1 makes the next line 0 = -2.",
  },
  {
    file: "signature.circom",
    template: "AddChord",
    statement: "signal slope <-- (q.v - p.v) / (q.u - p.u);",
    codes: quotient,
    why: "Equal abscissas: the key would be made out of the ladder's starting point, whose logarithm nobody knows (MultiplyOdd says why).",
  },
  {
    file: "signature.circom",
    template: "DoubleAndAdd",
    statement: "signal slope <-- (p.v - qv) / (p.u - q.u);",
    codes: quotient,
    why: "The same.",
  },
  {
    file: "signature.circom",
    template: "DoubleAndAdd",
    statement: "signal secondSlope <-- 2 * p.v / (p.u - middleU) - slope;",
    codes: hint,
    why: "Pinned by the next line; of its divisor the same holds.",
  },
  {
    file: "transaction.circom",
    template: "Transaction",
    statement: "signal assetInverse <-- used == 1 ? 1 / asset : 0;",
    codes: ["CS0005", "CS0017"],
    why: "Pinned by the next line, the only one that needs it; where the slot is not used it is multiplied by an asset of 0.",
  },
  {
    file: "selectors.circom",
    template: "AssertBit",
    statement: "signal input flag;",
    codes: ["CA01"],
    why: "It is, by the statement below, which circomspect does not count as the product is of the signal with itself.",
  },
  {
    file: "selectors.circom",
    template: "AssertBits",
    statement: "_ <== Num2Bits(bits)(value);",
    codes: ["CS0010"],
    why: "A bound below p is what is wanted, not the bits: every caller asks for 128 bits or fewer, and 2^128 is below p.",
  },
  {
    file: "exit.circom",
    template: "ExitFingerprint",
    statement: "input Exit() exit;",
    codes: ["CS0006"],
    why: "`enabled` is no column: it goes into the factor that the fingerprint goes into.",
  },
  {
    file: "batch.circom",
    template: "Batch",
    statement: "sender[i] = IdentityFingerprints();",
    codes: ["CS0018"],
    why: "Senders are looked up by key; the fingerprint with the owner is of another table.",
  },
  {
    file: "batch.circom",
    template: "Batch",
    statement: "holder[j] = IdentityFingerprints();",
    codes: ["CS0018"],
    why: "Holders are looked up with their owner; the fingerprint without it is of another table.",
  },
];
