// The module of the field in vectors of doubles (vector-element.ts), where the processor is made for it.

import { additionFunctions } from "./vector-additions.ts";
import { packFunction, unpackFunction } from "./vector-conversion.ts";
import {
  type ConstantModule,
  ConstantPool,
  encodeModule,
  FunctionWriter,
  instantiate,
  type Variable,
} from "./webassembly-writer.ts";

/** Operands are addresses in the imported memory. */
export interface VectorFieldFunctions {
  mul1(left: number, right: number, output: number): void;
  mul2(left: number, right: number, output: number): void;
  prefixes1: Prefixes;
  prefixes2: Prefixes;
  additions1: Additions;
  additions2: Additions;
  unpack(input: number, output: number, count: number): void;
  pack(input: number, output: number, count: number): void;
  /** 2^-60 if multiplication and addition are fused, otherwise 0. */
  probe(output: number): void;
}

/**
 * Differences of the x of `count` pairs of additions, and their running products; `products` begins with a one.
 */
type Prefixes = (
  targets: number,
  addends: number,
  count: number,
  differences: number,
  products: number,
) => void;

/** The additions, from the last pair to the first; all addresses are those of the last, `products` of the one before. */
type Additions = (
  targets: number,
  addends: number,
  count: number,
  differences: number,
  products: number,
  inverted: number,
  temporary: number,
) => void;

/** Undefined where multiplications and additions are not fused. */
export function vectorFieldModule(): ConstantModule | undefined {
  const pool = new ConstantPool();
  const functions = [
    ...additionFunctions(pool, 1, 0),
    ...additionFunctions(pool, 2, 3),
    unpackFunction(pool),
    packFunction(pool),
    probeFunction(pool),
  ];
  const bytes = encodeModule(functions);
  if (!WebAssembly.validate(bytes)) return undefined;
  const module = { module: new WebAssembly.Module(bytes), constants: pool.bytes };
  const memory = new WebAssembly.Memory({ initial: 1 });
  new Uint8Array(memory.buffer).set(pool.bytes, 16);
  vectorField(instantiate(module, memory, 16)).probe(0);
  return new Float64Array(memory.buffer)[0] === 2 ** -60 ? module : undefined;
}

/** The exports of an instance of the module. */
export function vectorField(exports: unknown): VectorFieldFunctions {
  return exports as VectorFieldFunctions;
}

/** Writes what 2^-60 is lost of by two roundings. */
function probeFunction(pool: ConstantPool): FunctionWriter {
  const code = new FunctionWriter(pool, "probe", 1);
  const [output] = code.parameters as [Variable];
  const factor = code.doubles(1 + 2 ** -30);
  code.v128.store(output.get, 0, code.f64x2.relaxedMadd(factor, factor, code.doubles(-(1 + 2 ** -29))));
  return code;
}
