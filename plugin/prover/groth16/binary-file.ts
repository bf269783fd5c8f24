// The frame of circom's and snarkjs' binary files (@iden3/binfileutils): four characters, version, number of sections;
// then sections, each with its type and its length. Numbers are little-endian.

import { Groth16ProverError, Groth16WitnessError } from "./prover-error.ts";

/** What a file is, and what to do if it is damaged. */
export interface BinaryFormat {
  readonly magic: "zkey" | "wtns";
  readonly version: number;
  readonly remedy: string;
}

const fileHeadBytes = 12;
const sectionHeadBytes = 12;

/** A file in memory, cut into sections. */
export class BinaryFile {
  readonly #format: BinaryFormat;
  readonly #sections = new Map<number, Uint8Array>();

  /** @throws Groth16ProverError if it is not a whole file of this format. */
  constructor(bytes: Uint8Array, format: BinaryFormat) {
    this.#format = format;
    const view = viewOf(bytes);
    const magic = new TextDecoder("latin1").decode(bytes.subarray(0, 4));
    if (bytes.length < fileHeadBytes || magic !== format.magic) {
      throw this.malformed("it does not begin as one", {
        expected: `"${format.magic}" and ${fileHeadBytes - 4} bytes more`,
        given: `${bytes.length} bytes that begin with ${JSON.stringify(magic)}`,
      });
    }
    const version = view.getUint32(4, true);
    if (version !== format.version) {
      throw this.malformed("it has another version", { expected: format.version, given: version });
    }
    const count = view.getUint32(8, true);
    let position = fileHeadBytes;
    for (let index = 0; index < count; index++) {
      const head = position + sectionHeadBytes;
      const end = head > bytes.length ? head : head + Number(view.getBigUint64(position + 4, true));
      if (end > bytes.length) {
        throw this.malformed("it was cut short", {
          section: `${index + 1} of ${count}`,
          "bytes at least": end,
          given: bytes.length,
        });
      }
      const type = view.getUint32(position, true);
      if (this.#sections.has(type)) throw this.malformed("it has a section twice", { section: type });
      this.#sections.set(type, bytes.subarray(head, end));
      position = end;
    }
    if (position !== bytes.length) {
      throw this.malformed("bytes follow its last section", {
        "sections end at byte": position,
        bytes: bytes.length,
      });
    }
  }

  /**
   * Content of a section.
   *
   * @param length In bytes, where it is known.
   * @throws Groth16ProverError if it is missing or has another length.
   */
  section(type: number, name: string, length?: number): Uint8Array {
    const section = this.#sections.get(type);
    if (section === undefined) throw this.malformed(`it has no ${name}`, { section: type });
    if (length !== undefined && section.length !== length) {
      throw this.malformed(`the length of its ${name} is wrong`, {
        section: type,
        "bytes expected": length,
        given: section.length,
      });
    }
    return section;
  }

  malformed(
    reason: string,
    facts: Readonly<Record<string, string | number | bigint>> = {},
  ): Groth16ProverError {
    const { magic, remedy } = this.#format;
    const kind = magic === "wtns" ? Groth16WitnessError : Groth16ProverError;
    return new kind(`Not a valid .${magic} file: ${reason}.`, { ...facts, "what to do": remedy });
  }
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A number of 32 bytes. */
export function readWord(view: DataView, position: number): bigint {
  return (
    view.getBigUint64(position, true) |
    (view.getBigUint64(position + 8, true) << 64n) |
    (view.getBigUint64(position + 16, true) << 128n) |
    (view.getBigUint64(position + 24, true) << 192n)
  );
}

/** Index of the first of some numbers of 32 bytes that is not below `order`; undefined if all are. */
export function firstNotBelow(bytes: Uint8Array, order: bigint): number | undefined {
  const view = viewOf(bytes);
  const top = Number(order >> 224n);
  // Nearly always, the topmost of eight words decides.
  for (let position = 28; position < bytes.length; position += 32) {
    const word = view.getUint32(position, true);
    if (word < top) continue;
    if (word > top || readWord(view, position - 28) >= order) return (position - 28) / 32;
  }
  return undefined;
}
