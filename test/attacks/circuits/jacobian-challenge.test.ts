// What can a prover move who does not know the challenge yet? Held is what the chain and the users fix: domain, batch
// number, the old root, the operations as published (an entry of the queue, or an `open` that the sequencer chose),
// and what was signed, which the message's hash binds. Free is all the rest, `c` and `y` included, which follow. Checks
// under `r` are taken at many challenges at once, see kernel-challenge.ts.
//
// Ranges are left out altogether: every number may move as an element of the field. So what is shown is more than that
// no bit can change a little.

import { expect } from "chai";
import type { Constraint } from "../../../plugin/circuits/r1cs.ts";
import { poseidon } from "../../../plugin/protocol/poseidon.ts";
import { doubleRoots } from "./double-roots.ts";
import { type Forgery, isUsed, isUsedOperation } from "./forgery.ts";
import { type Kernel, kernelOf, type SparseVector } from "./kernel.ts";
import { withBoundInputs } from "./kernel-binding.ts";
import { ChallengedCircuit } from "./kernel-challenge.ts";
import { KernelCircuit } from "./kernel-circuit.ts";
import { harmlessInputs } from "./kernel-harmless.ts";
import { degenerateBatches, randomForgery, randomSeeds } from "./kernel-witnesses.ts";
import { shape } from "./scenarios.ts";

/** Where the kernel is computed on every run; the rest with SOUNDNESS=full. */
const always = new Set([
  "every slot used",
  "every access used, none by an exit",
  "two payments of one account to another",
  "payments to oneself, all of it",
  "an account made, filled and left in one batch",
  "two exits of one account, the second of nothing",
  "an S that begins like the subgroup order",
  "a signature's hash that begins like p",
]);

/**
 * A check is one equation at each challenge, and the largest, the memory's, has the five columns of every tuple that is
 * read or is a last one for unknowns: with fewer challenges than that, a batch that uses all of its slots would seem to
 * move.
 */
const columns = 5 * (shape.accounts + shape.operations + 2 * shape.transactions + shape.fees);
const challenges = Array.from({ length: columns + 1 }, (_, i) => poseidon([BigInt(i)]));

describe("Without knowing the challenge, a prover moves nothing that is published", () => {
  let circuit: KernelCircuit;
  let challenged: ChallengedCircuit;

  before(async () => {
    circuit = await KernelCircuit.compile("O1");
    challenged = new ChallengedCircuit(circuit);
  });

  async function kernel(
    forgery: Forgery,
    {
      at = challenges,
      exact = true,
      without = /^$/,
    }: { at?: readonly bigint[]; exact?: boolean; without?: RegExp } = {},
  ): Promise<Kernel> {
    const bounded = circuit.matching(/AssertBits.*\.Num2Bits\.out/);
    const commitment = circuit.matching(/^sponge\.step\[\d+\]\.pEx/);
    const unheld = circuit.matching(without);
    const left = ({ a, b, c }: Constraint): boolean =>
      [...a, ...b, ...c].some(([wire]) => bounded.has(wire) || commitment.has(wire)) ||
      a.some(([wire]) => unheld.has(wire));
    const witness = await circuit.witness(forgery);
    const rows = challenged.jacobian(witness, at, left);

    const signed = forgery.transactions.flatMap(({ used }, i) =>
      used === 1n ? [`transaction(Withdraw\\[${i}\\]|Message\\[${i}\\]\\[\\d\\])`] : [],
    );
    // Elements 4 to 13 of the data are two operations, five elements each.
    const given = `domain|oldRoot|batchNumber|operation(Kind|Index|Owner|Amount|Creates)\\[.*|data\\[([4-9]|1[0-3])\\]`;
    const held = circuit.matching(new RegExp(`^(${[given, ...signed].join("|")})$`));
    const moving = challenged.traceWires.filter(
      (wire) => !held.has(wire) && !bounded.has(wire) && !commitment.has(wire),
    );
    if (exact) {
      const kept = challenged.trace.filter((constraint) => !left(constraint));
      rows.push(...lookups(circuit, forgery), ...doubleRoots(kept, witness, held));
    }
    const hashes = circuit.hashes(/^(account|transaction\[\d\]\.MessageHash)/);
    return kernelOf(rows, withBoundInputs(circuit, rows, moving, hashes));
  }

  function moved(found: Kernel, names: RegExp): string[] {
    return [...found.support()].map((wire) => circuit.nameOf(wire)).filter((name) => names.test(name));
  }

  const published = /^(newRoot|data\[\d+\]|exit(Used|Recipient|Amount|Asset)\[\d\])$/;

  async function assertPublishedHeld(forgery: Forgery): Promise<void> {
    const found = await kernel(forgery);
    expect(moved(found, published)).to.be.empty;
    const reasons = harmlessInputs(forgery);
    const chosen = new Set(circuit.inputs.filter((wire) => wire !== circuit.wire("c")));
    const names = [...found.support()].filter((wire) => chosen.has(wire)).map((wire) => circuit.nameOf(wire));
    expect(names.filter((name) => !reasons.some((reason) => reason.test(name))).join(" ")).to.equal("");
  }

  for (const [name, build] of Object.entries(degenerateBatches)) {
    if (process.env.SOUNDNESS !== "full" && !always.has(name)) continue;
    it(name, async () => {
      await assertPublishedHeld(build());
    });
  }

  for (const seed of randomSeeds(10)) {
    it(`a random batch of seed ${seed}`, async () => {
      await assertPublishedHeld(randomForgery(seed));
    });
  }

  it("but S where two of its bits are not said to be bits", async () => {
    const build = degenerateBatches["an S that begins like the subgroup order"] as () => Forgery;
    const signature = /^transactionSignature\[0\]/;
    const s = ["transactionSignature[0][2]"];
    // The sum and the sameness of the points are two equations for three unknowns.
    const without = /^transaction\[0\]\.VerifySignature\.sBit\[24[67]\]$/;
    expect(moved(await kernel(build(), { without }), signature)).to.deep.equal(s);
    // And to first order, double roots say nothing.
    expect(moved(await kernel(build(), { exact: false }), signature)).to.deep.equal(s);
  });

  it("moves much without any challenge, or with one that is known before", async () => {
    const build = degenerateBatches["two deposits to one account"];
    for (const at of [[], challenges.slice(0, 1)]) {
      const names = moved(await kernel((build as () => Forgery)(), { at, exact: false }), published);
      expect(names).to.include.members(["newRoot", "data[18]"]);
    }
  });
});

/**
 * What a lookup says exactly, and to first order only about sums: where two claims are of one row,
 *
 *   1 / (gamma - x - e) + 1 / (gamma - x + e) = 2 / (gamma - x) + 2 e^2 / (gamma - x)^3 + ...
 *
 * two claims could part in opposite directions as far as a linear equation sees. They cannot by any distance: over the
 * rational functions in gamma, poles at different places are independent, so each claim is a row (Haboeck 2022, lemma 5;
 * multiplicities are below p). So a claim moves as the row that it is does, column by column, r being random too.
 */
function lookups(
  circuit: KernelCircuit,
  { accounts, operations, transactions, fees }: Forgery,
): SparseVector[] {
  const rows: SparseVector[] = [];
  const equal = (index: bigint, claim: readonly string[], columns: (account: number) => string[]): void => {
    const account = accounts.findIndex((slot) => isUsed(slot) && slot.index === index);
    for (const [position, name] of columns(account).entries()) {
      const pair = [circuit.wire(claim[position] ?? ""), circuit.wire(name)] as const;
      rows.push(
        new Map([
          [pair[0], 1n],
          [pair[1], -1n],
        ]),
      );
    }
  };
  const holder = (account: number): string[] => [0, 1, 2, 3].map((i) => `accountIdentity[${account}][${i}]`);
  const payee = (account: number): string[] => [
    `accountIdentity[${account}][3]`,
    `account[${account}].finalIdentity`,
  ];
  for (const [i, { used, withdraw, from, to }] of transactions.entries()) {
    if (used === 0n) continue;
    const sender = [`transactionKey[${i}][0]`, `transactionKey[${i}][1]`, `transactionAsset[${i}]`];
    equal(from, sender, (account) => holder(account).toSpliced(2, 1));
    if (withdraw === 0n) equal(to, [`transactionAsset[${i}]`, `transactionMessage[${i}][6]`], payee);
  }
  for (const [f, { used, index }] of fees.entries()) {
    if (used === 1n) equal(index, [`feeAsset[${f}]`, `feeIdentity[${f}]`], payee);
  }
  for (const [j, slot] of operations.entries()) {
    if (!isUsedOperation(slot)) continue;
    equal(
      slot.index,
      [0, 1, 2, 3].map((i) => `operationHolder[${j}][${i}]`),
      holder,
    );
  }
  return rows;
}
