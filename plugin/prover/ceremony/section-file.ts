// The container of circom's and snarkjs' binary files (github.com/iden3/binfileutils): four letters, a version, a
// number of sections; each section is its type, its length and its bytes. Numbers are little-endian.

import { type FileHandle, open } from "node:fs/promises";

/** Where a section's bytes are. */
export interface Section {
  readonly offset: number;
  readonly length: number;
}

/** Why a file is not a whole container of the expected kind. */
export class SectionFileError extends Error {
  override readonly name = "SectionFileError";
}

const headBytes = 12;

/** A container on disk whose sections are known to fill the file exactly, each type once. */
export class SectionFile {
  readonly #file: FileHandle;
  readonly #sections: ReadonlyMap<number, Section>;

  private constructor(file: FileHandle, sections: ReadonlyMap<number, Section>) {
    this.#file = file;
    this.#sections = sections;
  }

  /**
   * @param magic The four letters.
   * @throws SectionFileError if the file is no such container, is cut short or has something behind its end; the
   * system's error if it cannot be read.
   */
  static async open(path: string, magic: string): Promise<SectionFile> {
    const file = await open(path);
    try {
      return new SectionFile(file, await readTable(file, magic));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** @throws SectionFileError if the file has no such section. */
  section(type: number): Section {
    const found = this.#sections.get(type);
    if (found === undefined) throw new SectionFileError(`it has no section ${type}`);
    return found;
  }

  has(type: number): boolean {
    return this.#sections.has(type);
  }

  /** @throws SectionFileError if there is no such section, or it has fewer bytes. */
  async read(type: number, length = this.section(type).length, from = 0): Promise<DataView> {
    const section = this.section(type);
    if (from + length > section.length) throw new SectionFileError(`its section ${type} is too short`);
    return await readAt(this.#file, section.offset + from, length);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

async function readTable(file: FileHandle, magic: string): Promise<Map<number, Section>> {
  const { size } = await file.stat();
  if (size < headBytes) throw new SectionFileError("it is cut short");
  const head = await readAt(file, 0, headBytes);
  const letters = String.fromCharCode(...new Uint8Array(head.buffer, 0, 4));
  if (letters !== magic) throw new SectionFileError(`it does not begin as a .${magic} file`);
  const sections = new Map<number, Section>();
  let position = headBytes;
  for (let index = 0; index < head.getUint32(8, true); index++) {
    if (position + headBytes > size) throw new SectionFileError("it is cut short");
    const entry = await readAt(file, position, headBytes);
    const type = entry.getUint32(0, true);
    const length = Number(entry.getBigUint64(4, true));
    if (sections.has(type)) throw new SectionFileError(`it has section ${type} twice`);
    sections.set(type, { offset: position + headBytes, length });
    position += headBytes + length;
    if (position > size) throw new SectionFileError("it is cut short");
  }
  if (position !== size) throw new SectionFileError(`it has ${size - position} bytes too many`);
  return sections;
}

async function readAt(file: FileHandle, position: number, length: number): Promise<DataView> {
  const buffer = new Uint8Array(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  if (bytesRead !== length) throw new SectionFileError("it is cut short");
  return new DataView(buffer.buffer);
}
