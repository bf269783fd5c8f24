// Writes WebAssembly modules. The builders on npm do not fit: wasmati 0.2.4 spreads the bytes of a section as the
// arguments of one call, which overflows the stack from about 100 kB on, and wabt takes text, which would only put
// a megabyte of parser between our generator and the same bytes.

import { ConstantPool } from "./constant-pool.ts";
import { sized, text, unsigned } from "./encoding.ts";
import { FunctionWriter, types } from "./function-writer.ts";

/** The most memory that 32-bit addresses reach, in pages of 64 KiB. */
export const largestMemoryPages = 65536;

/** A module and what its constants are; it can be sent to other threads. */
export interface ConstantModule {
  readonly module: WebAssembly.Module;
  readonly constants: Uint8Array;
}

/** A module whose functions take addresses and counts, and have no results. All of them are exported. */
export class ModuleWriter {
  readonly #pool = new ConstantPool();
  readonly #functions: FunctionWriter[] = [];

  /** @param parameters Number of parameters. */
  function(name: string, parameters: number): FunctionWriter {
    const writer = new FunctionWriter(this.#pool, this.#functions.length, name, parameters);
    this.#functions.push(writer);
    return writer;
  }

  /**
   * The module's bytes. It imports `env.memory`, and in the global `env.constants` the address of its constants, which
   * are in a section of their own: they have to be in memory for its functions to work.
   *
   * @param shared Whether the memory is one that threads share.
   */
  encode(shared: boolean): Uint8Array<ArrayBuffer> {
    const functions = this.#functions;
    const section = (id: number, entries: readonly (readonly number[])[]): number[] => [
      id,
      ...sized(unsigned(entries.length).concat(...entries)),
    ];
    const signature = (parameters: number): number[] => [
      0x60,
      ...unsigned(parameters),
      ...Array<number>(parameters).fill(types.i32),
      0,
    ];
    const most = Math.max(...functions.map(({ parameters }) => parameters.length));
    const limits = shared ? [0x03, 1, ...unsigned(largestMemoryPages)] : [0x00, 1];
    const sections = [
      [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(
        1,
        Array.from({ length: most + 1 }, (_, parameters) => signature(parameters)),
      ),
      section(2, [
        [...text("env"), ...text("memory"), 0x02, ...limits],
        [...text("env"), ...text("constants"), 0x03, types.i32, 0x00],
      ]),
      section(
        3,
        functions.map(({ parameters }) => unsigned(parameters.length)),
      ),
      section(
        7,
        functions.map(({ name }, index) => [...text(name), 0x00, ...unsigned(index)]),
      ),
      section(
        10,
        functions.map(({ entry }) => entry),
      ),
      [0, ...sized([...text(constantsSection), ...this.#pool.bytes])],
    ];
    return Uint8Array.from(sections.flat());
  }

  compile(shared: boolean): ConstantModule {
    return compileModule(this.encode(shared));
  }
}

const constantsSection = "constants";

/** Part of the standard that the types leave out. */
interface Sections {
  customSections(module: WebAssembly.Module, name: string): ArrayBuffer[];
}

/**
 * @param bytes What `ModuleWriter.encode` has made.
 * @throws WebAssembly.CompileError where the processor or the runtime lacks an instruction.
 */
export function compileModule(bytes: Uint8Array<ArrayBuffer>): ConstantModule {
  const module = new WebAssembly.Module(bytes);
  const [constants] = (WebAssembly.Module as unknown as Sections).customSections(module, constantsSection);
  if (constants === undefined) throw new Error("The module has no constants: it was made by something else.");
  return { module, constants: new Uint8Array(constants) };
}

/**
 * The exports of a new instance.
 *
 * @param constants Address in `memory` where the module's constants are, a multiple of 16.
 */
export function instantiate(
  { module }: ConstantModule,
  memory: WebAssembly.Memory,
  constants: number,
): unknown {
  return new WebAssembly.Instance(module, { env: { memory, constants } }).exports;
}
