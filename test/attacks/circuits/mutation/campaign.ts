// All negative tests against a set of mutants, the cheapest that can notice one first.

import type { Random } from "../../../circuits/random-batch.ts";
import type { Attack } from "../attack.ts";
import { batchAttacks } from "../batch-attacks.ts";
import type { Forgery } from "../forgery.ts";
import { alice, batch, bob, carol, deposit, fullBatch, open, transfer } from "../scenarios.ts";
import { Mutants } from "./mutants.ts";
import type { NamedAssignment } from "./propagation.ts";
import { emptyBatch, newcomer } from "./refused-batch.ts";
import { refusedBatches } from "./refused-batches.ts";
import type { TinyCircuit } from "./tiny-circuit.ts";
import { unusedSignatures } from "./unused-signatures.ts";

/** Batches that close with account slot 0, 1, 2 and 3, which creates an account: no later slot sees its root. */
const closing: readonly (() => Forgery)[] = [
  () => batch({ operations: [open(newcomer)] }),
  () => batch({ operations: [deposit(alice, 5n), open(newcomer)] }),
  () => batch({ operations: [open(newcomer)], transactions: [transfer(alice, bob)] }),
  () => batch({ operations: [deposit(carol, 7n), open(newcomer)], transactions: [transfer(alice, bob)] }),
];

/** How many attacks are tried that one constraint stops. */
const mostOfOneConstraint = 16;

/** How many batches with random signatures in unused slots are tried. */
const randomSignatures = 8;

/** Of p - 1 as a number of bits. */
const trailingZeros = 28;

/**
 * @param chosen - Constraints of the circuit as it is proven.
 * @param onProgress - Hears how many mutants are left and what comes next.
 */
export async function campaign(
  circuit: TinyCircuit,
  chosen: Iterable<number>,
  random: Random,
  onProgress: (left: number, next: string) => void,
): Promise<Mutants> {
  const mutants = new Mutants(circuit, chosen);
  const prepare = (name: string, build: () => Forgery): Promise<NamedAssignment> => {
    onProgress(mutants.left().length, name);
    return circuit.assign(name, build);
  };

  mutants.free(await prepare("an empty batch", emptyBatch), mutants.left("statement"));
  for (const [slot, build] of closing.entries()) {
    const own = (name: string): boolean =>
      name.startsWith(`account[${slot}].`) || name === `root[${slot + 1}]`;
    const inSlot = mutants.left("statement").filter((mutant) => own(circuit.nameOfDefined(mutant)));
    mutants.free(await prepare(`a batch that closes with account slot ${slot}`, build), inSlot);
  }
  for (const { name, build, changes } of refusedBatches) {
    const assignment = await prepare(name, build);
    const refusals = mutants.refused(assignment, changes);
    if (refusals !== 1) throw new Error(`${refusals} constraints refuse the batch: ${name}`);
    if (assignment.violated.length === 0) continue;
    mutants.oneBit(assignment, new Set(mutants.left("statement")));
    mutants.repair(assignment, new Set(mutants.left()));
  }
  for (const { name, build } of attacksByConstraint()) {
    const assignment = await prepare(name, build);
    mutants.refused(assignment);
    mutants.repair(assignment, new Set(mutants.left()));
  }
  mutants.free(await prepare("a full batch", fullBatch), mutants.left());
  mutants.oneBit(await prepare("an empty batch", emptyBatch), new Set(mutants.left()));
  for (let round = 0; round < randomSignatures && mutants.left().length > 0; round++) {
    mutants.free(await prepare("signatures of nothing", () => unusedSignatures(random)), mutants.left());
  }
  for (const bit of bitsOfHashes(circuit, mutants.left())) {
    const build = (): Forgery => unusedSignatures(random, bit);
    mutants.free(await prepare(`signatures of nothing with zeros below bit ${bit}`, build), mutants.left());
  }
  return mutants;
}

/** A few attacks for each constraint that stops some. */
function attacksByConstraint(): Attack[] {
  const byConstraint = Map.groupBy(
    Object.values(batchAttacks).flat(),
    ({ stoppedBy: { file, statements } }) => [file, ...statements].join(" "),
  );
  return [...byConstraint.values()].flatMap((attacks) => attacks.slice(0, mostOfOneConstraint));
}

/** Of which bits of the hashes under signatures mutants are left, but for those with too many zeros below them. */
function bitsOfHashes(circuit: TinyCircuit, mutants: readonly number[]): Set<number> {
  const names = mutants.flatMap((mutant) => circuit.namesIn(mutant));
  const bits = names.map((name) => Number(/\.hBit\[(\d+)\]$/.exec(name)?.[1] ?? 0));
  return new Set(bits.filter((bit) => bit > trailingZeros));
}
