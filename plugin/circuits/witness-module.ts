import { fieldOrder } from "../protocol/field.ts";
import { inverseBody } from "./fast-inverse.ts";

const functionName = "Fr_int_inverseMod";
/** Three 32-bit integers, no result. */
const signature = [0x60, 3, 0x7f, 0x7f, 0x7f, 0];
const sections = { custom: 0, type: 1, import: 2, function: 3, code: 10 } as const;
const importedFunction = 0;

/**
 * Compiles a witness program. In circom's programs over BN254 the function that inverts field elements is exchanged for
 * a faster one (fast-inverse.ts); anything else is compiled as it is.
 *
 * @param code Of the .wasm file.
 */
export async function compileWitnessProgram(code: Uint8Array): Promise<WebAssembly.Module> {
  const changed = withFastInverse(code);
  return await WebAssembly.compile(changed !== undefined && WebAssembly.validate(changed) ? changed : code);
}

/** The program with another function for inverses; undefined if it is not one that has circom's. */
export function withFastInverse(code: Uint8Array): Uint8Array | undefined {
  const program = Buffer.from(code.buffer, code.byteOffset, code.byteLength);
  if (!program.includes(fieldBytes()) || !program.includes(functionName)) return undefined;
  try {
    return exchange(program);
  } catch (error) {
    // It ends before it should: whoever compiles it says so better.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function exchange(program: Buffer): Uint8Array | undefined {
  const found = new Map<number, Reader>();
  let names: Reader | undefined;
  let codeStart = 0;
  const file = new Reader(program, 8);
  while (file.position < program.length) {
    const start = file.position;
    const id = file.byte();
    const section = file.part();
    if (id === sections.custom && section.text() === "name") names = section;
    if (id === sections.code) codeStart = start;
    found.set(id, section);
  }
  const [types, functions, bodies] = [sections.type, sections.function, sections.code].map((id) =>
    found.get(id),
  );
  const index = names === undefined ? undefined : indexOf(names);
  if (types === undefined || functions === undefined || bodies === undefined || index === undefined)
    return undefined;
  const position = index - importedFunctions(found.get(sections.import));
  const type = functions.list((reader) => reader.number())[position];
  const wanted = types.list((reader) => reader.signature())[type ?? -1];
  if (wanted === undefined || !wanted.equals(Buffer.from(signature))) return undefined;
  const entries = bodies.list((reader) => reader.part().rest());
  if (entries[position] === undefined) return undefined;
  entries[position] = Buffer.from(inverseBody());
  const content = [unsigned(entries.length), ...entries.flatMap((entry) => [unsigned(entry.length), entry])];
  const length = content.reduce((sum, part) => sum + part.length, 0);
  const head = [program.subarray(0, codeStart), Buffer.from([sections.code]), unsigned(length)];
  return Buffer.concat([...head, ...content, program.subarray(bodies.end)]);
}

/** Of the function to be exchanged, by the section of names. */
function indexOf(names: Reader): number | undefined {
  while (names.position < names.end) {
    const kind = names.byte();
    const part = names.part();
    if (kind !== 1) continue;
    const pairs = part.list((reader) => [reader.number(), reader.text()] as const);
    return pairs.find(([, name]) => name === functionName)?.[0];
  }
  return undefined;
}

/** circom's programs import nothing but functions; with anything else the count is not known. */
function importedFunctions(imports: Reader | undefined): number {
  const kinds = imports?.list((reader) => {
    reader.text();
    reader.text();
    const kind = reader.byte();
    reader.number();
    return kind;
  });
  return kinds?.every((kind) => kind === importedFunction) === true ? kinds.length : Number.NaN;
}

/** The order of the field as the program has it in its data. */
function fieldBytes(): Buffer {
  return Buffer.from(fieldOrder.toString(16).padStart(64, "0"), "hex").reverse();
}

/** LEB128. */
function unsigned(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}

/** Reads the binary format (https://webassembly.github.io/spec/core/binary). */
class Reader {
  position: number;
  readonly end: number;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer, position: number, end = bytes.length) {
    if (end > bytes.length) throw new RangeError("It ends too early.");
    this.#bytes = bytes;
    this.position = position;
    this.end = end;
  }

  byte(): number {
    return this.#bytes.readUInt8(this.position++);
  }

  number(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }

  text(): string {
    return this.part().rest().toString("utf8");
  }

  /** What has its length before it. */
  part(): Reader {
    const length = this.number();
    const part = new Reader(this.#bytes, this.position, this.position + length);
    this.position += length;
    return part;
  }

  rest(): Buffer {
    return this.#bytes.subarray(this.position, this.end);
  }

  list<T>(element: (reader: Reader) => T): T[] {
    return Array.from({ length: this.number() }, () => element(this));
  }

  /** A function's type. */
  signature(): Buffer {
    const start = this.position++;
    for (let side = 0; side < 2; side++) {
      const values = this.number();
      this.position += values;
    }
    return this.#bytes.subarray(start, this.position);
  }
}
