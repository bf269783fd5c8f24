// The curve library that snarkjs itself depends on, for its WebAssembly module and for the one algorithm of
// snarkjs' that we must repeat exactly. It works on the main thread of a process only (see background.ts).

import { createRequire } from "node:module";
import type { Bn254Module } from "./bn254.ts";
import { bestRepresentation } from "./field/best-field.ts";
import { pointModule } from "./points/point-module.ts";

interface G2 {
  readonly g: Uint8Array;
  fromRng(rng: unknown): Uint8Array;
  timesScalar(point: Uint8Array, scalar: bigint): Uint8Array;
  toAffine(point: Uint8Array): Uint8Array;
}

interface Library {
  buildBn128(singleThread: boolean): Promise<{
    readonly tm: { readonly code: Uint8Array };
    readonly G1: { readonly g: Uint8Array };
    readonly G2: G2;
  }>;
  readonly ChaCha: new (seed: readonly number[]) => unknown;
}

export interface CurveLibrary {
  readonly module: Bn254Module;
  /**
   * `scalar` times the pseudorandom point of G2 that snarkjs derives from a hash (keypair.js), affine, in
   * Montgomery form.
   */
  multiplyHashedG2(hash: Uint8Array, scalar: bigint): Uint8Array;
}

export async function loadCurveLibrary(): Promise<CurveLibrary> {
  const require = createRequire(createRequire(import.meta.url).resolve("snarkjs"));
  const library = require("ffjavascript") as Library;
  const representation = bestRepresentation();
  const { tm, G1, G2 } = await library.buildBn128(true);
  return {
    module: {
      module: await WebAssembly.compile(tm.code),
      points: pointModule(representation, false),
      representation,
      g1: G1.g.slice(),
      g2: G2.g.slice(),
    },
    multiplyHashedG2(hash, scalar) {
      const view = new DataView(hash.buffer, hash.byteOffset, hash.byteLength);
      const seed = Array.from({ length: 8 }, (_, word) => view.getUint32(4 * word));
      return G2.toAffine(G2.timesScalar(G2.toAffine(G2.fromRng(new library.ChaCha(seed))), scalar));
    },
  };
}
