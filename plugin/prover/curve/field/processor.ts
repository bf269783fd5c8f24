// What this processor and this runtime can do.

import type { Value } from "../webassembly/function-writer.ts";
import { compileModule, instantiate, ModuleWriter } from "../webassembly/module-writer.ts";

// Factors of 51 bits, which doubles.ts splits products of.
const largest = 2 ** 51;
const factors = [1, -1, 2, largest, -largest, largest - 1, 1 - largest, 0x5555555555555, -0x3c6ef372fe94f];

/**
 * Whether relaxed SIMD is there, and its multiplications and additions are rounded once, so that two of them split a
 * product exactly. Without that, vectors of doubles do not hold products.
 */
export function fusesMultiplyAdd(): boolean {
  const module = new ModuleWriter();
  const code = module.function("split", 3);
  const [left, right, output] = code.parameters.map(({ get }) => get) as [Value, Value, Value];
  const [x, y] = [left, right].map((address) => code.keep(code.v128.load(address, 0))) as [Value, Value];
  const rounding = 3 * 2 ** 102;
  const top = code.keep(code.f64x2.relaxedMadd(x, y, code.doubles(rounding)));
  const minusTop = code.keep(code.f64x2.sub(code.doubles(rounding), top));
  code.v128.store(output, 0, minusTop);
  code.v128.store(output, 16, code.f64x2.relaxedMadd(x, y, minusTop));
  const bytes = module.encode(false);
  if (!WebAssembly.validate(bytes)) return false;

  const compiled = compileModule(bytes);
  const memory = new WebAssembly.Memory({ initial: 1 });
  new Uint8Array(memory.buffer).set(compiled.constants, 128);
  const exports = instantiate(compiled, memory, 128) as {
    split(left: number, right: number, output: number): void;
  };
  const doubles = new Float64Array(memory.buffer);
  return factors.every((first) =>
    factors.every((second) => {
      doubles.set([first, second], 0);
      doubles.set([second, first], 2);
      exports.split(0, 16, 32);
      const product = BigInt(first) * BigInt(second);
      return [0, 1].every((lane) => {
        const [minus, rest] = [doubles[4 + lane] as number, doubles[6 + lane] as number];
        return Math.abs(rest) <= largest / 2 && BigInt(rest) - BigInt(minus) === product;
      });
    }),
  );
}
