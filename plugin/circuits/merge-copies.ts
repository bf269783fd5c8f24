// circom's programs copy their constants, such as the matrices of Poseidon, number by number into each component that
// they compute: that is most of the code of a circuit of hashes, and a fifth of its time. A row of such copies becomes
// one `memory.copy`.

import { Reader, signed, unsigned } from "./wasm-encoding.ts";

/** 32 of the number, 8 of what circom knows about it. */
const numberBytes = 40;

const opcodes = { call: 0x10, getLocal: 0x20, constant: 0x41, add: 0x6a, multiply: 0x6c };

/** `Fr_copy` as circom writes it: five words of 64 bits from the second address to the first. */
export const copyBody = Buffer.from([
  0,
  ...[0, 8, 16, 24, 32].flatMap((offset) => [
    ...[opcodes.getLocal, 0, opcodes.getLocal, 1],
    ...[0x29, 3, offset, 0x37, 3, offset],
  ]),
  0x0b,
]);

/** A call that copies the number at `source` to place `index` of the numbers that a local variable points to. */
type Copy = { readonly index: number; readonly local: number; readonly source: number; readonly end: number };

/**
 * A function with its rows of copies merged.
 *
 * @param body As the code section has it, without its length.
 * @param copyFunction Number of the function whose body is `copyBody`.
 * @returns the body as it is if it has an instruction that circom does not use
 */
export function mergeCopies(body: Buffer, copyFunction: number): Buffer {
  const code = new Reader(body);
  const parts: Buffer[] = [];
  let kept = 0;
  skipLocals(code);
  while (code.position < code.end) {
    const start = code.position;
    const first = copyAt(code, start, copyFunction);
    if (first === undefined) {
      code.position = start;
      if (!skipInstruction(code)) return body;
      continue;
    }
    let last = first;
    let next = copyAt(code, last.end, copyFunction);
    while (next !== undefined && follows(last, next)) {
      last = next;
      next = copyAt(code, last.end, copyFunction);
    }
    code.position = last.end;
    if (last === first) continue;
    parts.push(body.subarray(kept, start), mergedCopy(first, last.index - first.index + 1));
    kept = last.end;
  }
  return Buffer.concat([...parts, body.subarray(kept)]);
}

/** The copy that begins at a position; the reader is somewhere behind that then. */
function copyAt(code: Reader, start: number, copyFunction: number): Copy | undefined {
  const { call, getLocal, constant, add, multiply } = opcodes;
  code.position = start;
  if (!code.takes(constant)) return undefined;
  const index = code.signedNumber();
  if (!code.takes(constant, numberBytes, multiply, getLocal)) return undefined;
  const local = code.number();
  if (!code.takes(add, constant)) return undefined;
  const source = code.signedNumber();
  if (!code.takes(call) || code.number() !== copyFunction) return undefined;
  return { index, local, source, end: code.position };
}

function follows(copy: Copy, next: Copy): boolean {
  const isNextNumber = next.index === copy.index + 1 && next.source === copy.source + numberBytes;
  return isNextNumber && next.local === copy.local;
}

function mergedCopy({ index, local, source }: Copy, count: number): Buffer {
  return Buffer.from([
    ...[opcodes.getLocal, ...unsigned(local), opcodes.constant, ...signed(numberBytes * index), opcodes.add],
    ...[opcodes.constant, ...signed(source), opcodes.constant, ...signed(numberBytes * count)],
    ...[0xfc, 10, 0, 0], // memory.copy
  ]);
}

function skipLocals(code: Reader): void {
  for (let groups = code.number(); groups > 0; groups--) {
    code.number();
    code.byte();
  }
}

/** Returns whether the instruction is one that circom uses. */
function skipInstruction(code: Reader): boolean {
  const opcode = code.byte();
  const isBetween = (first: number, last: number): boolean => opcode >= first && opcode <= last;
  const isPlain = isBetween(0x45, 0xc4) || [0x00, 0x01, 0x05, 0x0b, 0x0f, 0x1a, 0x1b].includes(opcode);
  if (isPlain) return true;
  const isAccess = isBetween(0x28, 0x3e);
  // With the type of a block, a label, a function, a variable or a constant.
  const hasOperand = isBetween(0x02, 0x04) || isBetween(0x0c, 0x0d) || isBetween(0x20, 0x24);
  if (!isAccess && !hasOperand && !isBetween(0x41, 0x42) && opcode !== opcodes.call) return false;
  code.number();
  if (isAccess) code.number();
  return true;
}
