// Runs a circuit's witness program, the .wasm file that circom writes. Own caller of circom's small interface
// (https://github.com/iden3/circom, witness_calculator.js) instead of snarkjs': no 2 GiB of memory reserved
// ahead, nothing printed, and an assertion that fails names template and line.

import { readFile } from "node:fs/promises";
import { compileWitnessProgram } from "./witness-module.ts";

/** Values of input signals by name; arrays are flattened, objects are buses. */
export interface CircuitInput {
  readonly [name: string]: InputValue;
}
export type InputValue = bigint | number | string | boolean | readonly InputValue[] | CircuitInput;

/** A witness: one value a wire. */
export class Witness {
  readonly #wires: Uint32Array;
  readonly #prime: bigint;

  /** @param wires As WitnessProgram.calculate returns them. */
  constructor(wires: Uint32Array, prime: bigint) {
    this.#wires = wires;
    this.#prime = prime;
  }

  get values(): bigint[] {
    const pairs = new BigUint64Array(this.#wires.buffer);
    return Array.from({ length: pairs.length / 4 }, (_, wire) => {
      let value = 0n;
      for (let pair = 3; pair >= 0; pair--) value = (value << 64n) | (pairs[4 * wire + pair] as bigint);
      return value;
    });
  }

  /** The same as a .wtns file, which provers read: two sections, field and size, then the values. */
  get file(): Uint8Array {
    const size = this.#wires.length / elementWords;
    const bytes = new Uint8Array(76 + elementBytes * size);
    const view = new DataView(bytes.buffer);
    bytes.set(new TextEncoder().encode("wtns"));
    view.setUint32(4, 2, true); // version
    view.setUint32(8, 2, true); // sections
    view.setUint32(12, 1, true);
    view.setBigUint64(16, BigInt(8 + elementBytes), true);
    view.setUint32(24, elementBytes, true);
    for (let word = 0; word < elementWords; word++) {
      view.setUint32(28 + 4 * word, Number((this.#prime >> BigInt(32 * word)) & 0xffffffffn), true);
    }
    view.setUint32(60, size, true);
    view.setUint32(64, 2, true);
    view.setBigUint64(68, BigInt(elementBytes) * BigInt(size), true);
    bytes.set(new Uint8Array(this.#wires.buffer), 76);
    return bytes;
  }
}

const elementBytes = 32;
const elementWords = elementBytes / 4;

/** The inputs do not satisfy the circuit, or are not its inputs. */
export class WitnessError extends Error {
  override readonly name = "WitnessError";
}

interface ProgramExports {
  readonly memory: WebAssembly.Memory;
  getSharedRWMemoryStart(): number;
  init(sanityCheck: number): void;
  getFieldNumLen32(): number;
  getRawPrime(): void;
  getInputSize(): number;
  getInputSignalSize(hashHigh: number, hashLow: number): number;
  setInputSignal(hashHigh: number, hashLow: number, position: number): void;
  getWitnessSize(): number;
  getWitness(index: number): void;
  readSharedRWMemory(index: number): number;
  writeSharedRWMemory(index: number, value: number): void;
  getMessageChar(): number;
}

const exceptions = [
  "Unknown error",
  "Signal not found",
  "Too many signals set",
  "Signal already set",
  "Assertion failed",
  "Not enough memory",
  "Input signal array access exceeds the size",
  "Array access out of bounds",
];

/**
 * Computes the witness of `input`.
 *
 * @param wasm Bytes or path of the .wasm file, or what it compiles to.
 * @param onLog Receives what the circuit prints with `log()`.
 * @throws WitnessError if an input is missing, unknown or of the wrong length, or if an assertion or constraint
 * fails; its message has circom's trace of templates and lines.
 */
export async function calculateWitness(
  wasm: Uint8Array | string | WebAssembly.Module,
  input: CircuitInput,
  onLog?: (line: string) => void,
): Promise<Witness> {
  const code = typeof wasm === "string" ? await readFile(wasm) : wasm;
  const program = new WitnessProgram(
    code instanceof Uint8Array ? await compileWitnessProgram(code) : code,
    onLog,
  );
  return new Witness(program.calculate(input), program.prime);
}

/** A witness program that stays loaded, for many witnesses of one circuit: the processor's code gets better with use. */
export class WitnessProgram {
  readonly #module: WebAssembly.Module;
  readonly #onLog: ((line: string) => void) | undefined;
  #exports: ProgramExports;

  /** @param onLog Receives what the circuit prints with `log()`. */
  constructor(module: WebAssembly.Module, onLog?: (line: string) => void) {
    this.#module = module;
    this.#onLog = onLog;
    this.#exports = instantiate(module, onLog);
  }

  /** Order of the circuit's field. */
  get prime(): bigint {
    this.#exports.getRawPrime();
    return readShared(this.#exports, this.#exports.getFieldNumLen32());
  }

  /**
   * The value of each wire, canonical: words of 32 bits, least significant first, eight for fields of 254 bits.
   *
   * @throws WitnessError as calculateWitness
   */
  calculate(input: CircuitInput): Uint32Array {
    try {
      return this.#calculate(input);
    } catch (error) {
      // Nobody knows what state it has stopped in.
      this.#exports = instantiate(this.#module, this.#onLog);
      throw error;
    }
  }

  #calculate(input: CircuitInput): Uint32Array {
    const program = this.#exports;
    const { prime } = this;
    const words = program.getFieldNumLen32();
    program.init(0);
    const expected = program.getInputSize();
    let set = 0;
    for (const [name, values] of qualifiedInputs(input)) {
      const [high, low] = signalHash(name);
      const size = program.getInputSignalSize(high, low);
      if (size <= 0 && values.length > 0) throw new WitnessError(`The circuit has no input "${name}".`);
      if (size !== values.length) {
        throw new WitnessError(
          `Input "${name}" has the wrong length: ${size} values expected, ${values.length} given.`,
        );
      }
      values.forEach((value, position) => {
        writeShared(program, words, ((value % prime) + prime) % prime);
        program.setInputSignal(high, low, position);
      });
      set += values.length;
    }
    if (set < expected)
      throw new WitnessError(`Inputs are missing: ${expected} values expected, ${set} given.`);
    const size = program.getWitnessSize();
    const witness = new Uint32Array(words * size);
    // Where readSharedRWMemory reads, without a call for each word.
    const shared = new Uint32Array(program.memory.buffer, program.getSharedRWMemoryStart(), words);
    for (let wire = 0; wire < size; wire++) {
      program.getWitness(wire);
      witness.set(shared, words * wire);
    }
    return witness;
  }
}

function instantiate(
  module: WebAssembly.Module,
  onLog: ((line: string) => void) | undefined,
): ProgramExports {
  let errors = "";
  let line: string[] = [];
  const message = (): string => {
    let text = "";
    for (let code = program.getMessageChar(); code !== 0; code = program.getMessageChar()) {
      text += String.fromCharCode(code);
    }
    return text;
  };
  const runtime = {
    exceptionHandler(code: number): never {
      throw new WitnessError(`${exceptions[code] ?? exceptions[0]}.\n${errors}`.trim());
    },
    printErrorMessage(): void {
      errors += `${message()}\n`;
    },
    writeBufferMessage(): void {
      const text = message();
      if (text !== "\n") {
        line.push(text);
        return;
      }
      onLog?.(line.join(" "));
      line = [];
    },
    showSharedRWMemory(): void {
      line.push(readShared(program, program.getFieldNumLen32()).toString());
    },
  };
  const program = new WebAssembly.Instance(module, { runtime }).exports as ProgramExports;
  return program;
}

/** Names as circom's program hashes them: `bus.field`, `buses[0].field`; arrays of numbers flattened. */
function qualifiedInputs(input: CircuitInput): [string, bigint[]][] {
  const qualified: [string, bigint[]][] = [];
  const visit = (name: string, value: InputValue): void => {
    if (isList(value)) {
      const flat = flatten(value);
      if (flat.some(isBus)) {
        value.forEach((element, index) => {
          visit(`${name}[${index}]`, element);
        });
      } else {
        qualified.push([name, flat.map((element) => BigInt(element as bigint))]);
      }
    } else if (isBus(value)) {
      for (const [field, element] of Object.entries(value))
        visit(name === "" ? field : `${name}.${field}`, element);
    } else {
      qualified.push([name, [BigInt(value)]]);
    }
  };
  visit("", input);
  return qualified;
}

function isList(value: InputValue): value is readonly InputValue[] {
  return Array.isArray(value);
}

function isBus(value: InputValue): value is CircuitInput {
  return typeof value === "object" && !Array.isArray(value);
}

function flatten(values: readonly InputValue[]): InputValue[] {
  return values.flatMap((value) => (isList(value) ? flatten(value) : [value]));
}

/** 64-bit FNV-1a of a signal's name, as two words. */
function signalHash(name: string): [high: number, low: number] {
  let hash = 0xcbf29ce484222325n;
  for (let index = 0; index < name.length; index++) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(name.charCodeAt(index))) * 0x100000001b3n);
  }
  return [Number(hash >> 32n), Number(hash & 0xffffffffn)];
}

function readShared(program: ProgramExports, words: number): bigint {
  let value = 0n;
  for (let word = words - 1; word >= 0; word--) {
    value = (value << 32n) | BigInt(program.readSharedRWMemory(word) >>> 0);
  }
  return value;
}

function writeShared(program: ProgramExports, words: number, value: bigint): void {
  for (let word = 0; word < words; word++) {
    program.writeSharedRWMemory(word, Number((value >> BigInt(32 * word)) & 0xffffffffn));
  }
}
