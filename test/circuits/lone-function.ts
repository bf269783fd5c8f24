import { unsigned } from "../../plugin/circuits/wasm-encoding.ts";

const section = (id: number, content: readonly number[]): number[] => [
  ...[id, ...unsigned(content.length)],
  ...content,
];
const name = "f".charCodeAt(0);
const memoryName = "m".charCodeAt(0);

/** The function of this body, of three addresses, as one of two numbers of 256 bits that returns a third. */
export function loneFunction(body: readonly number[]): (left: bigint, right: bigint) => bigint {
  const module = [
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 3, 0x7f, 0x7f, 0x7f, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, 1]),
    ...section(7, [2, 1, name, 0, 0, 1, memoryName, 2, 0]),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ];
  const { f, m } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(module)), {})
    .exports as unknown as {
    readonly f: (left: number, right: number, result: number) => void;
    readonly m: WebAssembly.Memory;
  };
  const words = new BigUint64Array(m.buffer);
  const write = (at: number, value: bigint): void => {
    for (let word = 0; word < 4; word++) words[at + word] = BigInt.asUintN(64, value >> BigInt(64 * word));
  };
  return (left, right) => {
    write(0, left);
    write(4, right);
    f(0, 32, 64);
    return words.slice(8, 12).reduceRight((value, word) => (value << 64n) | word, 0n);
  };
}
