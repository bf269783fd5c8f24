// A prepared .ptau file for known secrets, so that snarkjs can make and check keys of small circuits in a second.
// Format: snarkjs/src/powersoftau_utils.js and powersoftau_preparephase2.js.

import { writeFile } from "node:fs/promises";
import { fieldOrder } from "../../plugin/protocol/field.ts";
import {
  Bn254,
  coordinateOrder,
  type Group,
  littleEndian,
  pointBytes,
} from "../../plugin/prover/curve/bn254.ts";
import { loadCurveLibrary } from "../../plugin/prover/curve/ffjavascript.ts";
import { FixedBase, taskPoints } from "../../plugin/prover/curve/fixed-base.ts";
import { lagrangeBasis } from "../../plugin/prover/curve/lagrange.ts";
import type { Groth16Secrets } from "../../plugin/prover/groth16/secrets.ts";

export async function writePowersOfTau(file: string, power: number, secrets: Groth16Secrets): Promise<void> {
  const { tau, alpha, beta } = secrets;
  const curve = new Bn254((await loadCurveLibrary()).module);
  const bases = {
    g1: new FixedBase(curve, "g1", 8, taskPoints.g1),
    g2: new FixedBase(curve, "g2", 6, taskPoints.g2),
  };
  const points = (group: Group, scalars: readonly bigint[]): Uint8Array => {
    const chunks: Uint8Array[] = [];
    for (let first = 0; first < scalars.length; first += taskPoints[group]) {
      const chunk = scalars.slice(first, first + taskPoints[group]);
      const pointer = bases[group].multiply(Buffer.concat(chunk.map(littleEndian)));
      chunks.push(curve.load(pointer, chunk.length * pointBytes[group]));
    }
    return Buffer.concat(chunks);
  };
  const times = (factor: bigint, scalars: readonly bigint[]): bigint[] =>
    scalars.map((scalar) => (factor * scalar) % fieldOrder);

  const powers = [1n];
  while (powers.length < 2 ** (power + 1) - 1) powers.push(((powers.at(-1) as bigint) * tau) % fieldOrder);
  const domain = powers.slice(0, 2 ** power);
  // The bases of all smaller domains, one after another.
  const bases2 = (largest: number): bigint[] =>
    Array.from({ length: largest + 1 }, (_, size) => basis(curve, size, tau)).flat();
  const lagrange = bases2(power);
  const sections: [number, Uint8Array][] = [
    [1, Buffer.concat([uint32(32), littleEndian(coordinateOrder), uint32(power), uint32(power)])],
    [2, points("g1", powers)],
    [3, points("g2", domain)],
    [4, points("g1", times(alpha, domain))],
    [5, points("g1", times(beta, domain))],
    [6, points("g2", [beta])],
    [7, uint32(0)],
    [12, points("g1", bases2(power + 1))],
    [13, points("g2", lagrange)],
    [14, points("g1", times(alpha, lagrange))],
    [15, points("g1", times(beta, lagrange))],
  ];
  const parts: Uint8Array[] = [Buffer.from("ptau"), uint32(1), uint32(sections.length)];
  for (const [type, bytes] of sections) {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(bytes.length));
    parts.push(uint32(type), length, bytes);
  }
  await writeFile(file, Buffer.concat(parts));
}

function basis(curve: Bn254, power: number, tau: bigint): bigint[] {
  const count = 2 ** power;
  const output = curve.allocate(32 * count);
  lagrangeBasis(curve, output, {
    power,
    first: 0,
    step: 1,
    count,
    tau: curve.storeElement(tau),
    factor: curve.storeElement(1n),
  });
  return Array.from({ length: count }, (_, index) => {
    curve.functions.frm_fromMontgomery(output + 32 * index, output + 32 * index);
    return BigInt(
      `0x${Buffer.from(curve.load(output + 32 * index, 32))
        .reverse()
        .toString("hex")}`,
    );
  });
}

function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
