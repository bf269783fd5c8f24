// With all inputs of the circuit held: does any wire move? What the witness program computes as a hint (`<--`) would.

import { expect } from "chai";
import { checkWitness, R1cs } from "../../../plugin/circuits/r1cs.ts";
import { poseidon } from "../../../plugin/protocol/poseidon.ts";
import { doubleRoots } from "./double-roots.ts";
import type { Forgery } from "./forgery.ts";
import { jacobian } from "./jacobian.ts";
import { kernelOf } from "./kernel.ts";
import { KernelCircuit } from "./kernel-circuit.ts";
import { degenerateBatches, randomForgery, randomSeeds } from "./kernel-witnesses.ts";

/**
 * Inverses of zero. IsZero says `in · inv = 1 - out` and `in · out = 0`: where `in` is 0, `inv` is multiplied by 0 and
 * stands nowhere else. The same goes for the inverse of an unused transaction's asset.
 */
const inverse = /^(operation\[\d\]\.(IsEqual\.isz|IsZero)\.inv|transaction\[\d\]\.assetInverse)$/;

describe("With all inputs held, no wire moves but inverses of zero", () => {
  let circuit: KernelCircuit;
  let r1cs: R1cs;

  before(async () => {
    circuit = await KernelCircuit.compile("O1");
    r1cs = await R1cs.read(circuit.circuit.r1csPath);
  });

  /**
   * Wires that double roots hold. As it is proven, the circuit has the highest bit of a number as what the others leave
   * of it, and no constraint has a bit alone; but the solutions are the same.
   */
  async function constants(forgery: Forgery): Promise<number[]> {
    const witness = await circuit.witness(forgery);
    const rows = doubleRoots(circuit.constraints, witness, new Set(circuit.inputs));
    return rows.flatMap((row) => [...row.keys()]);
  }

  async function assertDetermined(by: KernelCircuit, forgery: Forgery): Promise<readonly bigint[]> {
    const witness = await by.witness(forgery);
    const held = new Set(by.inputs);
    const moving = by.wires.filter((wire) => !held.has(wire));
    const roots = await constants(forgery);
    const still = by === circuit ? roots : by.shared(circuit, roots);
    const rows = [...jacobian(by.constraints, witness), ...[...still].map((wire) => new Map([[wire, 1n]]))];
    const kernel = kernelOf(rows, moving);
    expect([...kernel.support()].map((wire) => by.nameOf(wire)).filter((name) => !inverse.test(name))).to.be
      .empty;
    // Each moves alone: no other wire answers.
    expect(kernel.dimension).to.equal(kernel.support().size);

    const moved = [...witness];
    for (const wire of kernel.support()) moved[wire] = poseidon([BigInt(wire)]);
    if (by === circuit) expect(checkWitness(r1cs, moved)).to.equal(undefined);
    return moved;
  }

  for (const [name, build] of Object.entries(degenerateBatches)) {
    it(name, async () => {
      await assertDetermined(circuit, build());
    });
  }

  for (const seed of randomSeeds(20)) {
    it(`a random batch of seed ${seed}`, async () => {
      await assertDetermined(circuit, randomForgery(seed));
    });
  }

  if (process.env.SOUNDNESS === "full") {
    // What is proven has linear constraints substituted away, so the same should come out, and slower.
    let proven: KernelCircuit | undefined;
    for (const [name, build] of Object.entries(degenerateBatches)) {
      it(`${name}, as it is proven`, async () => {
        proven ??= await KernelCircuit.compile("O2");
        await assertDetermined(proven, build());
      });
    }
  }
});
