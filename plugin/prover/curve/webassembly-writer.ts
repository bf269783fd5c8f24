// Writes WebAssembly modules: the few instructions that vectors of doubles and integers need
// (https://webassembly.github.io/spec/core/binary). An operand is a function that emits the code of its value.

/** Emits code that leaves one value on the stack; it is computed again wherever it is used. */
export type Value = () => void;

const types = { i32: 0x7f, i64: 0x7e, v128: 0x7b } as const;
type ValueType = keyof typeof types;

const vector = 0xfd;

/** Constant vectors, which V8 loads from memory in less time than it makes them. */
export class ConstantPool {
  readonly #lanes: bigint[] = [];

  /** Byte offset of the vector with these 64 bits in both lanes. */
  offsetOf(lane: bigint): number {
    const bits = BigInt.asUintN(64, lane);
    const known = this.#lanes.indexOf(bits);
    return 16 * (known >= 0 ? known : this.#lanes.push(bits) - 1);
  }

  /** What has to be in memory, from a multiple of 16 on. */
  get bytes(): Uint8Array {
    return new Uint8Array(BigUint64Array.from(this.#lanes.flatMap((bits) => [bits, bits])).buffer);
  }
}

export interface Variable {
  readonly get: Value;
  set(value: Value): void;
}

/** One function; all parameters are addresses or counts, and there is no result. */
export class FunctionWriter {
  readonly name: string;
  readonly parameters: readonly Variable[];
  readonly #pool: ConstantPool;
  readonly #code: number[] = [];
  readonly #locals: ValueType[] = [];

  constructor(pool: ConstantPool, name: string, parameters: number) {
    this.#pool = pool;
    this.name = name;
    this.parameters = Array.from({ length: parameters }, (_, index) => this.#variableAt(index));
  }

  variable(type: ValueType): Variable {
    this.#locals.push(type);
    return this.#variableAt(this.parameters.length + this.#locals.length - 1);
  }

  /** Computes a value once, for several uses. */
  keep(value: Value, type: ValueType = "v128"): Value {
    const variable = this.variable(type);
    variable.set(value);
    return variable.get;
  }

  /** Runs `body` until `condition` is 0, at least once. */
  repeat(body: () => void, condition: Value): void {
    this.#code.push(0x03, 0x40);
    body();
    this.#emit([0x0d, 0, 0x0b], condition);
  }

  /** Adds to an address or a count. */
  advance(variable: Variable, by: number): void {
    variable.set(this.i32.add(variable.get, this.integer(by)));
  }

  call(target: number, ...operands: readonly Value[]): void {
    this.#emit([0x10, ...unsigned(target)], ...operands);
  }

  integer(value: number): Value {
    return this.#value([0x41, ...signed(BigInt(value))]);
  }

  long(value: bigint): Value {
    return this.#value([0x42, ...signed(BigInt.asIntN(64, value))]);
  }

  /** The same 64 bits in both lanes. */
  lanes(bits: bigint): Value {
    return this.v128.load(this.#value([0x23, 0]), this.#pool.offsetOf(bits));
  }

  /** The same double in both lanes. */
  doubles(value: number): Value {
    return this.lanes(bitsOfDouble(value));
  }

  /** Arithmetic of addresses and counts. */
  readonly i32 = {
    add: (left: Value, right: Value): Value => this.#value([0x6a], left, right),
    load: (address: Value, offset = 0): Value => this.#value([0x28, 2, ...unsigned(offset)], address),
  };

  readonly i64 = {
    add: (left: Value, right: Value): Value => this.#value([0x7c], left, right),
    and: (left: Value, right: Value): Value => this.#value([0x83], left, right),
    or: (left: Value, right: Value): Value => this.#value([0x84], left, right),
    shiftLeft: (value: Value, bits: number): Value => this.#value([0x86], value, this.long(BigInt(bits))),
    /** The sign is shifted in. */
    shiftRight: (value: Value, bits: number): Value => this.#value([0x87], value, this.long(BigInt(bits))),
    load: (address: Value, offset = 0): Value => this.#value([0x29, 3, ...unsigned(offset)], address),
    store: (address: Value, offset: number, value: Value): void =>
      this.#emit([0x37, 3, ...unsigned(offset)], address, value),
  };

  readonly i64x2 = {
    add: (left: Value, right: Value): Value => this.#vector(0xce, [], left, right),
    and: (left: Value, right: Value): Value => this.#vector(0x4e, [], left, right),
    or: (left: Value, right: Value): Value => this.#vector(0x50, [], left, right),
    shiftLeft: (value: Value, bits: number): Value => this.#vector(0xcb, [], value, this.integer(bits)),
    /** Zeros are shifted in. */
    shiftRight: (value: Value, bits: number): Value => this.#vector(0xcd, [], value, this.integer(bits)),
    lane: (value: Value, lane: 0 | 1): Value => this.#vector(0x1d, [lane], value),
    of: (first: Value, second: Value): Value =>
      this.#vector(0x1e, [1], this.#vector(0x12, [], first), second),
  };

  readonly f64x2 = {
    add: (left: Value, right: Value): Value => this.#vector(0xf0, [], left, right),
    sub: (left: Value, right: Value): Value => this.#vector(0xf1, [], left, right),
    mul: (left: Value, right: Value): Value => this.#vector(0xf2, [], left, right),
    neg: (value: Value): Value => this.#vector(0xed, [], value),
    nearest: (value: Value): Value => this.#vector(0x94, [], value),
    /** `left · right + summand`: rounded once where the processor can, otherwise twice. */
    relaxedMadd: (left: Value, right: Value, summand: Value): Value =>
      this.#vector(0x107, [], left, right, summand),
  };

  readonly v128 = {
    load: (address: Value, offset: number): Value => this.#vector(0x00, [3, ...unsigned(offset)], address),
    store: (address: Value, offset: number, value: Value): void =>
      this.#vector(0x0b, [3, ...unsigned(offset)], address, value)(),
    /** 64 bits from each of two addresses. */
    gather: (first: Value, second: Value, offset: number): Value => {
      const lane = this.#vector(0x5d, [3, ...unsigned(offset)], first);
      return this.#vector(0x57, [3, ...unsigned(offset), 1], second, lane);
    },
    /** 64 bits to each of two addresses. */
    scatter: (first: Value, second: Value, offset: number, value: Value): void => {
      this.#vector(0x5b, [3, ...unsigned(offset), 0], first, value)();
      this.#vector(0x5b, [3, ...unsigned(offset), 1], second, value)();
    },
  };

  /** The function's entry in the code section. */
  get entry(): number[] {
    const locals = this.#locals.flatMap((type) => [1, types[type]]);
    return sized([...unsigned(this.#locals.length), ...locals, ...this.#code, 0x0b]);
  }

  #variableAt(index: number): Variable {
    const operand = unsigned(index);
    return {
      get: this.#value([0x20, ...operand]),
      set: (value) => this.#emit([0x21, ...operand], value),
    };
  }

  #vector(opcode: number, immediates: readonly number[], ...operands: readonly Value[]): Value {
    return this.#value([vector, ...unsigned(opcode), ...immediates], ...operands);
  }

  #value(code: readonly number[], ...operands: readonly Value[]): Value {
    return () => this.#emit(code, ...operands);
  }

  #emit(code: readonly number[], ...operands: readonly Value[]): void {
    for (const operand of operands) operand();
    for (const byte of code) this.#code.push(byte);
  }
}

/**
 * A module of these functions, all exported; calls count them from 0. It imports `env.memory`, and in the global
 * `env.constants` the address of the pool.
 */
export function encodeModule(functions: readonly FunctionWriter[]): Uint8Array<ArrayBuffer> {
  const section = (id: number, entries: readonly (readonly number[])[]): number[] => [
    id,
    ...sized([...unsigned(entries.length), ...entries.flat()]),
  ];
  const signature = (parameters: number): number[] => [
    0x60,
    ...unsigned(parameters),
    ...Array<number>(parameters).fill(types.i32),
    0,
  ];
  const most = Math.max(...functions.map(({ parameters }) => parameters.length));
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(
      1,
      Array.from({ length: most + 1 }, (_, parameters) => signature(parameters)),
    ),
    ...section(2, [
      [...text("env"), ...text("memory"), 0x02, 0x00, 1],
      [...text("env"), ...text("constants"), 0x03, types.i32, 0x00],
    ]),
    ...section(
      3,
      functions.map(({ parameters }) => unsigned(parameters.length)),
    ),
    ...section(
      7,
      functions.map(({ name }, index) => [...text(name), 0x00, ...unsigned(index)]),
    ),
    ...section(
      10,
      functions.map(({ entry }) => entry),
    ),
  ]);
}

/** A module and what its constants are. */
export interface ConstantModule {
  readonly module: WebAssembly.Module;
  readonly constants: Uint8Array;
}

/** @param constants Address in `memory` where the module's constants are, a multiple of 16. */
export function instantiate(
  { module }: ConstantModule,
  memory: WebAssembly.Memory,
  constants: number,
): unknown {
  return new WebAssembly.Instance(module, { env: { memory, constants } }).exports;
}

/** The 64 bits of a double. */
export function bitsOfDouble(value: number): bigint {
  return new BigUint64Array(Float64Array.of(value).buffer)[0] as bigint;
}

function text(characters: string): number[] {
  return sized([...new TextEncoder().encode(characters)]);
}

function sized(bytes: readonly number[]): number[] {
  return [...unsigned(bytes.length), ...bytes];
}

/** LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return [...bytes, rest];
}

function signed(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    const low = Number(rest & 127n);
    if (rest >> 6n === 0n || rest >> 6n === -1n) return [...bytes, low];
    bytes.push(low | 128);
  }
}
