// The body of one WebAssembly function: the few instructions that vectors of doubles and integers need
// (https://webassembly.github.io/spec/core/binary). An operand is a function that emits the code of its value.

import { bitsOfDouble, type ConstantPool } from "./constant-pool.ts";
import { signed, sized, unsigned } from "./encoding.ts";

/** Emits code that leaves one value on the stack; it is computed again wherever it is used. */
export type Value = () => void;

export const types = { i32: 0x7f, i64: 0x7e, v128: 0x7b } as const;
export type ValueType = keyof typeof types;

const vector = 0xfd;

export interface Variable {
  readonly get: Value;
  set(value: Value): void;
}

/** One function; all parameters are addresses or counts, and there is no result. */
export class FunctionWriter {
  /** By which calls know the function. */
  readonly index: number;
  readonly name: string;
  readonly parameters: readonly Variable[];
  readonly #pool: ConstantPool;
  readonly #code: number[] = [];
  readonly #locals: ValueType[] = [];

  /** `ModuleWriter.function` makes them. */
  constructor(pool: ConstantPool, index: number, name: string, parameters: number) {
    this.#pool = pool;
    this.index = index;
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

  /** Runs `body` unless `condition` is 0. */
  when(condition: Value, body: () => void): void {
    this.#emit([0x04, 0x40], condition);
    body();
    this.#code.push(0x0b);
  }

  /** Adds to an address or a count. */
  advance(variable: Variable, by: number): void {
    variable.set(this.i32.add(variable.get, this.integer(by)));
  }

  call(target: FunctionWriter, ...operands: readonly Value[]): void {
    this.#emit([0x10, ...unsigned(target.index)], ...operands);
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
    sub: (left: Value, right: Value): Value => this.#value([0x6b], left, right),
    mul: (left: Value, right: Value): Value => this.#value([0x6c], left, right),
    and: (left: Value, right: Value): Value => this.#value([0x71], left, right),
    xor: (left: Value, right: Value): Value => this.#value([0x73], left, right),
    shiftLeft: (value: Value, bits: Value): Value => this.#value([0x74], value, bits),
    /** The sign is shifted in. */
    shiftRight: (value: Value, bits: Value): Value => this.#value([0x75], value, bits),
    /** Zeros are shifted in. */
    shiftRightUnsigned: (value: Value, bits: Value): Value => this.#value([0x76], value, bits),
    /** The lower half of a 64-bit integer. */
    wrap: (value: Value): Value => this.#value([0xa7], value),
    store: (address: Value, offset: number, value: Value): void =>
      this.#emit([0x36, 2, ...unsigned(offset)], address, value),
    load: (address: Value, offset = 0): Value => this.#value([0x28, 2, ...unsigned(offset)], address),
  };

  readonly i64 = {
    add: (left: Value, right: Value): Value => this.#value([0x7c], left, right),
    sub: (left: Value, right: Value): Value => this.#value([0x7d], left, right),
    mul: (left: Value, right: Value): Value => this.#value([0x7e], left, right),
    and: (left: Value, right: Value): Value => this.#value([0x83], left, right),
    or: (left: Value, right: Value): Value => this.#value([0x84], left, right),
    shiftLeft: (value: Value, bits: number): Value => this.#value([0x86], value, this.long(BigInt(bits))),
    /** The sign is shifted in. */
    shiftRight: (value: Value, bits: number): Value => this.#value([0x87], value, this.long(BigInt(bits))),
    /** Zeros are shifted in. */
    shiftDown: (value: Value, bits: number): Value => this.#value([0x88], value, this.long(BigInt(bits))),
    /** 32 bits without a sign. */
    loadWord: (address: Value, offset = 0): Value => this.#value([0x35, 2, ...unsigned(offset)], address),
    /** The low 32 bits. */
    storeWord: (address: Value, offset: number, value: Value): void =>
      this.#emit([0x3e, 2, ...unsigned(offset)], address, value),
    /** 1 if the left one is less, neither having a sign; a 32-bit integer. */
    lessUnsigned: (left: Value, right: Value): Value => this.#value([0x54], left, right),
    /** Of a 32-bit integer without a sign. */
    extendUnsigned: (value: Value): Value => this.#value([0xad], value),
    /** Zeros are shifted in; by a 64-bit integer. */
    shiftRightUnsigned: (value: Value, bits: Value): Value => this.#value([0x88], value, bits),
    /** Of a 32-bit integer with its sign. */
    extend: (value: Value): Value => this.#value([0xac], value),
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
    xor: (left: Value, right: Value): Value => this.#vector(0x51, [], left, right),
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
    return sized(unsigned(this.#locals.length).concat(locals, this.#code, [0x0b]));
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
