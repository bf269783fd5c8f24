import { fieldOrder } from "../protocol/field.ts";
import { inverseBody } from "./fast-inverse.ts";
import { productBody } from "./fast-product.ts";
import { copyBody, mergeCopies } from "./merge-copies.ts";
import { Reader, unsigned } from "./wasm-encoding.ts";

/** What functions of circom's are exchanged for. */
const fasterBodies = { Fr_int_inverseMod: inverseBody, Fr_F1m_mul: productBody };
/** Of all of these: three 32-bit integers, no result. */
const signature = [0x60, 3, 0x7f, 0x7f, 0x7f, 0];
const sections = { custom: 0, type: 1, import: 2, function: 3, code: 10 } as const;
const importedFunction = 0;

/**
 * Compiles a witness program. circom's programs over BN254 are made faster; anything else is compiled as it is.
 *
 * @param code Of the .wasm file.
 */
export async function compileWitnessProgram(code: Uint8Array): Promise<WebAssembly.Module> {
  const changed = fasterProgram(code);
  return await WebAssembly.compile(changed !== undefined && WebAssembly.validate(changed) ? changed : code);
}

/**
 * The program with other functions for inverses (fast-inverse.ts) and products (fast-product.ts), and with fewer copies
 * (merge-copies.ts), which computes the same. Nothing rests on that but time: constraints and proofs check every witness.
 *
 * @returns undefined if it is not one that has circom's functions
 */
export function fasterProgram(code: Uint8Array): Uint8Array | undefined {
  const program = Buffer.from(code.buffer, code.byteOffset, code.byteLength);
  if (!program.includes(fieldBytes()) || !program.includes("Fr_int_inverseMod")) return undefined;
  try {
    return changed(program);
  } catch (error) {
    // It ends before it should: whoever compiles it says so better.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function changed(program: Buffer): Uint8Array | undefined {
  const found = new Map<number, Reader>();
  let names = new Map<string, number>();
  let codeStart = 0;
  const file = new Reader(program, 8);
  while (file.position < program.length) {
    const start = file.position;
    const id = file.byte();
    const section = file.part();
    if (id === sections.custom && section.text() === "name") names = functionNames(section);
    if (id === sections.code) codeStart = start;
    found.set(id, section);
  }
  const [types, functions, bodies] = [sections.type, sections.function, sections.code].map((id) =>
    found.get(id),
  );
  if (types === undefined || functions === undefined || bodies === undefined) return undefined;
  const imported = importedFunctions(found.get(sections.import));
  const typeNumbers = functions.list((reader) => reader.number());
  const signatures = types.list((reader) => reader.signature());
  let entries = bodies.list((reader) => reader.part().rest());
  for (const [name, body] of Object.entries(fasterBodies)) {
    const position = (names.get(name) ?? Number.NaN) - imported;
    const found = signatures[typeNumbers[position] ?? -1];
    if (entries[position] === undefined || found?.equals(Buffer.from(signature)) !== true) return undefined;
    entries[position] = Buffer.from(body());
  }
  const copy = names.get("Fr_copy") ?? Number.NaN;
  if (entries[copy - imported]?.equals(copyBody)) entries = entries.map((body) => mergeCopies(body, copy));
  const length = (body: Buffer): Buffer => Buffer.from(unsigned(body.length));
  const content = [Buffer.from(unsigned(entries.length)), ...entries.flatMap((body) => [length(body), body])];
  const section = Buffer.concat(content);
  const head = [program.subarray(0, codeStart), Buffer.from([sections.code]), length(section)];
  return Buffer.concat([...head, section, program.subarray(bodies.end)]);
}

/** Numbers of functions, by the section of names. */
function functionNames(names: Reader): Map<string, number> {
  while (names.position < names.end) {
    const kind = names.byte();
    const part = names.part();
    if (kind !== 1) continue;
    return new Map(
      part.list((reader) => {
        const index = reader.number();
        return [reader.text(), index] as const;
      }),
    );
  }
  return new Map();
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
