// BN254 in the WebAssembly module that snarkjs uses (ffjavascript's), driven through its raw functions: operands
// are addresses in the instance's own memory, so that loops over a million points copy nothing and allocate
// nothing. Field elements are 32 bytes, little-endian, in Montgomery form unless said otherwise ("plain");
// affine points are (x, y), and the point at infinity is all zero. These are also the forms of a .zkey file.

import { fieldOrder } from "../../protocol/field.ts";
import type { Representation } from "./field/best-field.ts";
import { type ConstantModule, instantiate } from "./webassembly/module-writer.ts";

/** Order `q` of the field of the points' coordinates; the scalars' is `fieldOrder`. */
export const coordinateOrder = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;

/** An address in the instance's memory. */
export type Pointer = number;

export type Group = "g1" | "g2";

/** Bytes of an affine point. */
export const pointBytes = { g1: 64, g2: 128 } as const;

type Unary = (input: Pointer, output: Pointer) => void;
type Binary = (left: Pointer, right: Pointer, output: Pointer) => void;

/** The functions that we call: `frm` is the scalar field. */
export interface Bn254Functions {
  frm_copy: Unary;
  frm_mul: Binary;
  frm_add: Binary;
  frm_sub: Binary;
  frm_inverse: Unary;
  frm_toMontgomery: Unary;
  frm_fromMontgomery: Unary;
  g1m_double: Unary;
  g2m_double: Unary;
  g1m_normalize: Unary;
  g2m_normalize: Unary;
  g1m_batchLEMtoU(input: Pointer, count: number, output: Pointer): void;
  g2m_batchLEMtoU(input: Pointer, count: number, output: Pointer): void;
}

/** What an instance is made of; it can be sent to other threads. */
export interface Bn254Module {
  readonly module: WebAssembly.Module;
  /** Points' additions in vectors (points/point-module.ts), and how these keep elements. */
  readonly points: ConstantModule;
  readonly representation: Representation;
  /** Generators, projective with z = 1. */
  readonly g1: Uint8Array;
  readonly g2: Uint8Array;
}

const pageBytes = 65536;
/** Room that the module's own functions find above what we allocate, for their temporary values. */
const scratchBytes = 1 << 20;
/** The module was built for this much memory at least. */
const initialPages = 25;

/** One instance of the curve, in this thread. */
export class Bn254 {
  readonly functions: Bn254Functions;
  readonly generators: Readonly<Record<Group, Uint8Array>>;
  readonly representation: Representation;
  /** Exports of `points` over the same memory: `CurveFunctions`. */
  readonly points: unknown;
  readonly #memory: WebAssembly.Memory;
  /** Memory for points that are converted, as large as the largest call has needed. */
  #converted: { readonly pointer: Pointer; readonly bytes: number } = { pointer: 0, bytes: 0 };

  constructor({ module, points, representation, g1, g2 }: Bn254Module) {
    this.#memory = new WebAssembly.Memory({ initial: initialPages });
    const instance = new WebAssembly.Instance(module, { env: { memory: this.#memory } });
    this.functions = instance.exports as Bn254Functions;
    this.generators = { g1, g2 };
    this.representation = representation;
    this.points = instantiate(points, this.#memory, this.store(points.constants));
  }

  get webAssemblyMemory(): WebAssembly.Memory {
    return this.#memory;
  }

  /** The instance's whole memory. A view becomes useless when `allocate` has to grow the memory. */
  get memory(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#memory.buffer);
  }

  /** Reserves zeroed memory for the rest of the instance's life. */
  allocate(bytes: number): Pointer {
    // The module keeps the address of free memory in its first word, and its functions use what follows.
    const free = new Uint32Array(this.#memory.buffer, 0, 1)[0] as number;
    const pointer = Math.ceil(free / 16) * 16;
    const end = pointer + bytes;
    const missing = end + scratchBytes - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / pageBytes));
    new Uint32Array(this.#memory.buffer, 0, 1)[0] = end;
    this.memory.fill(0, pointer, end);
    return pointer;
  }

  /** Puts bytes into newly reserved memory. */
  store(bytes: Uint8Array): Pointer {
    const pointer = this.allocate(bytes.length);
    this.memory.set(bytes, pointer);
    return pointer;
  }

  /** A copy of a piece of memory. */
  load(pointer: Pointer, bytes: number): Uint8Array<ArrayBuffer> {
    return this.memory.slice(pointer, pointer + bytes);
  }

  /** Puts an element of the scalar field, in Montgomery form, into newly reserved memory. */
  storeElement(value: bigint): Pointer {
    const pointer = this.store(littleEndian(value));
    this.functions.frm_toMontgomery(pointer, pointer);
    return pointer;
  }

  /** Affine points as hashes see them: coordinates plain and big-endian. */
  uncompressed(group: Group, points: Uint8Array): Uint8Array {
    if (points.length > this.#converted.bytes) {
      this.#converted = { pointer: this.allocate(points.length), bytes: points.length };
    }
    const { pointer } = this.#converted;
    this.memory.set(points, pointer);
    const { g1m_batchLEMtoU, g2m_batchLEMtoU } = this.functions;
    (group === "g1" ? g1m_batchLEMtoU : g2m_batchLEMtoU)(pointer, points.length / pointBytes[group], pointer);
    return this.load(pointer, points.length);
  }
}

/** 32 bytes, little-endian. */
export function littleEndian(value: bigint): Uint8Array {
  const bytes = new Uint8Array(32);
  for (let index = 0; index < 32; index++) bytes[index] = Number((value >> BigInt(8 * index)) & 255n);
  return bytes;
}

/** The order of the scalar field's multiplicative group is `2^28` times an odd number. */
const twoAdicity = 28;

/** The primitive root of unity of order `2^power` that snarkjs uses: from 5, the least non-square. */
export function rootOfUnity(power: number): bigint {
  if (power > twoAdicity) throw new RangeError(`The field has no root of unity of order 2^${power}.`);
  let exponent = (fieldOrder - 1n) >> BigInt(power);
  let base = 5n;
  let root = 1n;
  for (; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) root = (root * base) % fieldOrder;
    base = (base * base) % fieldOrder;
  }
  return root;
}
