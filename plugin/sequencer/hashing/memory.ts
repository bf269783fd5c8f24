/** A kernel's memory, given out in pieces that stay. */
export class KernelMemory {
  readonly memory = new WebAssembly.Memory({ initial: 1 });
  #used = 16;

  /** The address of so many bytes, a multiple of 16. Views of the memory that were made before are of no use after. */
  allocate(bytes: number): number {
    const address = this.#used;
    this.#used = Math.ceil((address + bytes) / 16) * 16;
    const missing = this.#used - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / 65_536));
    return address;
  }

  /** Puts bytes somewhere, and says where. */
  place(bytes: Uint8Array): number {
    const address = this.allocate(bytes.length);
    this.bytes(address, bytes.length).set(bytes);
    return address;
  }

  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, address, length);
  }
}
