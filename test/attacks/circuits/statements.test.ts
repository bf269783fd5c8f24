// No statement of the circuits checks something without a test that fails when it is gone. A new one needs an attack
// that names it, or a line here that says what notices.

import { readdirSync } from "node:fs";
import { expect } from "chai";
import { circuitsFolder, sourceOf } from "./attack.ts";
import { batchAttacks } from "./batch-attacks.ts";

const byMutants = "mutation/";
const bySignatures = "test/circuits/signature.test.ts";
const byFees = "fee-slots.test.ts";
const implied = "mutation/implied-by-others.ts, on the shape `tiny`";

/** Statements that no attack of batch-attacks.ts names. */
const noticedElsewhere: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "account.circom": {
    "AssertBit()(existing);": byMutants,
    "AssertBit()(created);": implied,
    "AssertBit()(absent);": byMutants,
    "AssertBit()(used);": byMutants,
    "AssertBit()(indexBit[i]);": byMutants,
    "AssertBits(bitsFor(N))(lastTime);": byMutants,
    "AssertBits(bitsFor(N))(multiplicity[i]);": byMutants,
    "absent * identity.ax === 0;": byMutants,
    "absent * identity.ay === 0;": byMutants,
    "absent * identity.owner === 0;": byMutants,
    "absent * last.nonce === 0;": implied,
    "absent * last.data === 0;": implied,
    "AssertBits(bitsFor(T))(usedIncrease);": byMutants,
  },
  "batch.circom": {
    "AssertUsedFirst(T)(transactionUsed);": "account-attacks.ts, by the template's statement",
    "AssertUsedFirst(F)(feeUsed);": byFees,
    "AssertStrictlyIncreasing(F, 32, 1)(feeUsed, feeAsset);": byFees,
    "AssertUsedFirst(E)(exitUsed);": implied,
  },
  "exit.circom": {
    "AssertBit()(exit.enabled);": implied,
    "AssertBits(128)(exit.amount);": byMutants,
    "AssertBits(32)(exit.asset);": byMutants,
  },
  "fee.circom": {
    "AssertBit()(used);": implied,
    "AssertBits(2 * L)(index);": byMutants,
    "AssertBits(32)(asset);": byMutants,
    "AssertBits(bitsFor(N))(age);": byMutants,
  },
  "lookup.circom": {
    "claimTerm[i] * (gamma - claim[i]) === enabled[i];": byMutants,
    "rowTerm[i] * (gamma - row[i]) === multiplicity[i];": byMutants,
  },
  "operation.circom": {
    "AssertBit()(isDeposit);": byMutants,
    "AssertBit()(isExit);": byMutants,
    "AssertBit()(isOpen);": byMutants,
    "AssertBit()(used);": implied,
    "AssertBitWithin()(depositCreates, isDeposit);": byMutants,
    "AssertBits(2 * L)(index);": byMutants,
    "AssertBits(32)(holder.asset);": byMutants,
  },
  "selectors.circom": {
    "_ <== Num2Bits(bits)(value);": "the attacks on what AssertBits bounds",
    "forced === value;": "the attacks on what AssertZeroUnless forces",
  },
  "signature.circom": {
    "bit[i] * (bit[i] - 1) === 0;": bySignatures,
    "sum === value;": bySignatures,
    "out.u * (1 - y) === 1 + y;": byMutants,
    "out.v * x === out.u;": byMutants,
    "x * in.v === in.u;": byMutants,
    "y * (in.u + 1) === in.u - 1;": byMutants,
    "slope * (q.u - p.u) === q.v - p.v;": byMutants,
    "slope * (p.u - q.u) === p.v - qv;": byMutants,
    "(secondSlope + slope) * (p.u - middleU) === 2 * p.v;": byMutants,
    "BabyCheck()(signature.r8x, signature.r8y);": bySignatures,
  },
  "transaction.circom": {
    "AssertBit()(used);": byMutants,
    "AssertBitWithin()(withdraw, used);": byMutants,
    "AssertBit()(feeSlot[j]);": byFees,
    "AssertBits(2 * L)(message.from);": byMutants,
    "AssertBits(32)(asset);": byMutants,
  },
};

/** Statements that make constraints and compute nothing. */
function checksOf(file: string): string[] {
  const lines = sourceOf(file)
    .split("\n")
    .map((line) => line.trim().replace(/\s*\/\/.*$/, ""));
  return lines.filter((line) => /===|^(Assert|BabyCheck)\w*\(|^_ <== [A-Z]/.test(line));
}

describe("Every statement of the circuits that checks", () => {
  const files = readdirSync(circuitsFolder).filter((file) => file.endsWith(".circom"));
  const attacks = Object.values(batchAttacks).flat();

  for (const file of files) {
    it(`in ${file} is named by an attack, or by what else notices`, () => {
      const named = new Set(
        attacks.flatMap(({ stoppedBy }) => (stoppedBy.file === file ? stoppedBy.statements : [])),
      );
      const unnamed = [...new Set(checksOf(file))].filter((statement) => !named.has(statement));
      expect(unnamed.sort()).to.deep.equal(Object.keys(noticedElsewhere[file] ?? {}).sort());
    });
  }
});
