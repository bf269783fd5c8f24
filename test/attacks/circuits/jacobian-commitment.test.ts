// With a settlement held, its public inputs `c`, `r` and `y`: which other witness could have made it? Poseidon binds
// the inputs of each hash whose output is held, beginning with the sponge's digest `c`; see kernel-binding.ts.

import { expect } from "chai";
import { doubleRoots } from "./double-roots.ts";
import { type Forgery, isUsed } from "./forgery.ts";
import { jacobian } from "./jacobian.ts";
import { kernelOf } from "./kernel.ts";
import { withBoundInputs } from "./kernel-binding.ts";
import { KernelCircuit } from "./kernel-circuit.ts";
import { degenerateBatches, randomForgery, randomSeeds } from "./kernel-witnesses.ts";

/** As in jacobian-inputs.test.ts. */
const inverse = /^(operation\[\d\]\.(IsEqual\.isz|IsZero)\.inv|transaction\[\d\]\.assetInverse)$/;

/** Where the kernel is computed on every run; the rest with SOUNDNESS=full. */
const always = new Set([
  "every slot used",
  "nothing at all",
  "two payments of one account to another",
  "two exits of one account, the second of nothing",
  "an S that begins like the subgroup order",
  "a signature's hash that begins like p",
]);

describe("With c, r and y held, nothing moves but what no check reads", () => {
  let circuit: KernelCircuit;

  before(async () => {
    circuit = await KernelCircuit.compile("O1");
  });

  async function assertBound(forgery: Forgery): Promise<void> {
    const witness = await circuit.witness(forgery);
    const publicInputs = new Set(["c", "r", "y"].map((name) => circuit.wire(name)));
    const rows = [
      ...jacobian(circuit.constraints, witness),
      ...doubleRoots(circuit.constraints, witness, publicInputs),
    ];
    const moving = circuit.wires.filter((wire) => !publicInputs.has(wire));
    // Not the hash of a signature: that its output cannot move is for its being made of bits.
    const hashes = circuit.hashes(/^(sponge|account|transaction\[\d\]\.MessageHash)/);
    const kernel = kernelOf(rows, withBoundInputs(circuit, rows, moving, hashes));

    // The path of an unused slot is compared with no root and changes none: used · (path.oldRoot - root) = 0 and
    // nextRoot = root + used · (path.newRoot - root). On each level three of four children are its own; the fourth is
    // the node below.
    const unused = forgery.accounts.flatMap((slot, i) => (isUsed(slot) ? [] : [i]));
    const path = new RegExp(
      `^account(Path)?\\[(${unused.join("|") || "none"})\\](\\.path\\.|\\[\\d\\]\\[\\d\\]$)`,
    );
    const inverses = [...kernel.support()].filter((wire) => inverse.test(circuit.nameOf(wire)));
    const others = [...kernel.support()].filter((wire) => !inverses.includes(wire));
    expect(others.map((wire) => circuit.nameOf(wire)).filter((name) => !path.test(name))).to.be.empty;
    expect(kernel.dimension).to.equal(3 * forgery.shape.depth * unused.length + inverses.length);
  }

  for (const [name, build] of Object.entries(degenerateBatches)) {
    if (process.env.SOUNDNESS !== "full" && !always.has(name)) continue;
    it(name, async () => {
      await assertBound(build());
    });
  }

  for (const seed of randomSeeds(10)) {
    it(`a random batch of seed ${seed}`, async () => {
      await assertBound(randomForgery(seed));
    });
  }
});
