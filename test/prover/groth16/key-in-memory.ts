import type { R1cs } from "../../../plugin/circuits/r1cs.ts";
import {
  Bn254,
  type Group,
  littleEndian,
  type Pointer,
  pointBytes,
} from "../../../plugin/prover/curve/bn254.ts";
import { loadCurveLibrary } from "../../../plugin/prover/curve/ffjavascript.ts";
import { FixedBase } from "../../../plugin/prover/curve/fixed-base.ts";
import { concatenate } from "../../../plugin/prover/curve/section-file.ts";
import { evaluateScalars, keySize } from "../../../plugin/prover/groth16/scalars.ts";
import { developmentSecrets } from "../../../plugin/prover/groth16/secrets.ts";
import { encodeHeader, ZkeyLayout } from "../../../plugin/prover/groth16/zkey-layout.ts";

/**
 * Makes development keys of small circuits as development-key-job.ts does, in this process and without the record of
 * contributions, which provers do not read: some hundred in a second.
 */
export async function smallKeyMaker(): Promise<(r1cs: R1cs, seed: string) => Uint8Array> {
  const { module } = await loadCurveLibrary();
  const curve = new Bn254(module);
  const bases = { g1: new FixedBase(curve, "g1", 8, 128), g2: new FixedBase(curve, "g2", 8, 128) };
  const multiples = (group: Group, scalars: Uint8Array): Uint8Array =>
    scalars.length === 0
      ? scalars
      : curve.load(bases[group].multiply(scalars), (scalars.length / 32) * pointBytes[group]);
  return (r1cs, seed) => {
    const secrets = developmentSecrets(seed);
    const size = keySize(r1cs);
    const own = new Bn254(module);
    const entries: Uint8Array[] = [];
    const scalars = evaluateScalars(own, r1cs, size, secrets, (bytes) => entries.push(bytes.slice()));
    const layout = new ZkeyLayout(size, scalars.coefficients, 0);
    const file = new Uint8Array(layout.totalBytes);
    const single = (group: Group, value: bigint): Uint8Array => multiples(group, littleEndian(value));
    const header = encodeHeader(size, {
      alpha1: single("g1", secrets.alpha),
      beta1: single("g1", secrets.beta),
      beta2: single("g2", secrets.beta),
      gamma2: single("g2", 1n),
      delta1: single("g1", secrets.delta),
      delta2: single("g2", secrets.delta),
    });
    for (const [offset, bytes] of layout.pieces(header, scalars.coefficients)) file.set(bytes, offset);
    file.set(concatenate(entries), layout.coefficientsOffset);
    const write = (section: Parameters<typeof layout.offsetOf>[0], from: Pointer, count: number): void => {
      const group = section === "b2" ? "g2" : "g1";
      file.set(multiples(group, own.load(from, 32 * count)), layout.offsetOf(section));
    };
    const { wires, publicSignals, domain } = size;
    write("ic", scalars.ic, publicSignals + 1);
    write("h", scalars.h, domain);
    write("c", scalars.c, wires - publicSignals - 1);
    write("a", scalars.a, wires);
    write("b1", scalars.b, wires);
    write("b2", scalars.b, wires);
    return file;
  };
}
