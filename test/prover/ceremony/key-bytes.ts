// What somebody can do to a .zkey file on its way.

import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";

/** A key's bytes, and where its parts are. */
export class KeyBytes {
  readonly bytes: Buffer;
  readonly #sections: ReadonlyMap<number, { readonly offset: number; readonly length: number }>;

  private constructor(bytes: Buffer) {
    this.bytes = bytes;
    const sections = new Map<number, { offset: number; length: number }>();
    for (let position = 12; position < bytes.length; ) {
      const length = Number(bytes.readBigUInt64LE(position + 4));
      sections.set(bytes.readUInt32LE(position), { offset: position + 12, length });
      position += 12 + length;
    }
    this.#sections = sections;
  }

  static async read(file: string): Promise<KeyBytes> {
    return new KeyBytes(await readFile(file));
  }

  /** The records of the contributions, each as a whole. */
  get contributions(): Buffer[] {
    const { offset, length } = this.#section(10);
    const section = this.bytes.subarray(offset, offset + length);
    const records: Buffer[] = [];
    for (let position = 68; position < length; ) {
      const end = position + fixedBytes + section.readUInt32LE(position + fixedBytes - 4);
      records.push(section.subarray(position, end));
      position = end;
    }
    return records;
  }

  /** The key with other records of contributions; all else stays. Section 10 is the file's last. */
  withContributions(records: readonly Buffer[]): Buffer {
    const { offset } = this.#section(10);
    const count = Buffer.alloc(4);
    count.writeUInt32LE(records.length);
    const section = Buffer.concat([this.bytes.subarray(offset, offset + 64), count, ...records]);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(section.length));
    return Buffer.concat([this.bytes.subarray(0, offset - 8), length, section]);
  }

  /** The key with other bytes at a place of its header. */
  withHeader(position: number, part: Uint8Array): Buffer {
    const changed = Buffer.from(this.bytes);
    changed.set(part, this.#section(2).offset + position);
    return changed;
  }

  #section(type: number) {
    const section = this.#sections.get(type);
    if (section === undefined) throw new Error(`No section ${type}.`);
    return section;
  }
}

/** Three points of G1, one of G2, a hash, type and length of the parameters. */
const fixedBytes = 3 * 64 + 128 + 64 + 4 + 4;
const typeOffset = fixedBytes - 8;

/** Where the number of wires is in the header. */
export const wiresOffset = 72;

/** Where delta in G2 is in the header. */
export const delta2Offset = 84 + 2 * 64 + 2 * 128 + 64;

/** The same contribution, that now says that it is of a person: nothing in it is bound to its type. */
export function asPerson(record: Buffer, name: string): Buffer {
  const parameters = Buffer.concat([Buffer.from([1, name.length]), Buffer.from(name)]);
  const changed = Buffer.concat([record.subarray(0, fixedBytes), parameters]);
  changed.writeUInt32LE(0, typeOffset);
  changed.writeUInt32LE(parameters.length, fixedBytes - 4);
  return changed;
}

/** The same beacon with another number of hashes; the parameters are a name, that number, and the value. */
export function withExponent(record: Buffer, exponent: number): Buffer {
  const changed = Buffer.from(record);
  const nameBytes = changed[fixedBytes + 1] as number;
  changed[fixedBytes + 2 + nameBytes + 1] = exponent;
  return changed;
}

export async function writeKey(folder: string, name: string, bytes: Uint8Array): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, bytes);
  return file;
}
