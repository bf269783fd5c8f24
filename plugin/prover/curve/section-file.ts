// The frame of the binary files of circom and snarkjs: a magic word, then sections, each with its type and length
// (@iden3/binfileutils). All lengths are known before any content is, so contents can be written in any order.

export interface Section {
  readonly type: number;
  readonly bytes: number;
}

const fileHeadBytes = 12;
const sectionHeadBytes = 12;

/** Where everything is in one file. */
export class SectionFile {
  readonly totalBytes: number;
  readonly #magic: string;
  readonly #heads: readonly (readonly [offset: number, section: Section])[];

  /**
   * @param magic The file's first four characters.
   * @param sections In the order of the file.
   */
  constructor(magic: "zkey" | "ptau", sections: readonly Section[]) {
    this.#magic = magic;
    let offset = fileHeadBytes;
    const heads: [number, Section][] = [];
    for (const section of sections) {
      heads.push([offset, section]);
      offset += sectionHeadBytes + section.bytes;
    }
    this.#heads = heads;
    this.totalBytes = offset;
  }

  /** Offset of a section's content. */
  offsetOf(type: number): number {
    const head = this.#heads.find(([, section]) => section.type === type);
    if (head === undefined) throw new RangeError(`The file has no section ${type}.`);
    return head[0] + sectionHeadBytes;
  }

  /** Heads of the file and of its sections, with their offsets. */
  heads(): [offset: number, bytes: Uint8Array][] {
    const fileHead = concatenate([
      new TextEncoder().encode(this.#magic),
      uint32(1),
      uint32(this.#heads.length),
    ]);
    const heads: [number, Uint8Array][] = [[0, fileHead]];
    for (const [offset, { type, bytes }] of this.#heads) {
      const length = new Uint8Array(8);
      new DataView(length.buffer).setBigUint64(0, BigInt(bytes), true);
      heads.push([offset, concatenate([uint32(type), length])]);
    }
    return heads;
  }
}

export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** Little-endian. */
export function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
