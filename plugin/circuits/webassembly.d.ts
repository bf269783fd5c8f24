// The part of the WebAssembly interface that we use; TypeScript describes it with the browser's types only.

declare namespace WebAssembly {
  class Module {
    constructor(code: Uint8Array);
  }
  class Memory {
    constructor(descriptor: {
      readonly initial: number;
      readonly maximum?: number;
      readonly shared?: boolean;
    });
    /** A SharedArrayBuffer if it is shared: what we do with either is the same. */
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  class Instance {
    constructor(module: Module, imports: object);
    readonly exports: unknown;
  }
  function validate(code: Uint8Array): boolean;
  function compile(code: Uint8Array): Promise<Module>;
  function instantiate(module: Module, imports: object): Promise<Instance>;
}
