// What this processor and this runtime can do.

import type { Variable } from "../webassembly/function-writer.ts";
import { compileModule, instantiate, ModuleWriter } from "../webassembly/module-writer.ts";

/**
 * Whether relaxed SIMD is there, and its multiplications and additions are rounded once: without that, vectors of
 * doubles do not hold exact products.
 */
export function fusesMultiplyAdd(): boolean {
  const module = new ModuleWriter();
  const code = module.function("probe", 1);
  const [output] = code.parameters as [Variable];
  // (1 + 2^-30)² − (1 + 2^-29) is 2^-60, or 0 after two roundings.
  const factor = code.doubles(1 + 2 ** -30);
  code.v128.store(output.get, 0, code.f64x2.relaxedMadd(factor, factor, code.doubles(-(1 + 2 ** -29))));
  const bytes = module.encode(false);
  if (!WebAssembly.validate(bytes)) return false;
  const compiled = compileModule(bytes);
  const memory = new WebAssembly.Memory({ initial: 1 });
  new Uint8Array(memory.buffer).set(compiled.constants, 16);
  const exports = instantiate(compiled, memory, 16) as { probe(output: number): void };
  exports.probe(0);
  return new Float64Array(memory.buffer)[0] === 2 ** -60;
}
