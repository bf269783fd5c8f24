import type { VectorField } from "../field/vector-field.ts";
import type { Variable } from "../webassembly/function-writer.ts";
import type { ModuleWriter } from "../webassembly/module-writer.ts";

/**
 * Writes `canonical(input, output, count)`: pairs of elements, as they are in memory, to two numbers of 32 bytes each
 * that are 0 for elements that are.
 */
export function canonicalFunction(module: ModuleWriter, field: VectorField): void {
  const code = module.function("canonical", 3);
  const [input, output, count] = code.parameters as [Variable, Variable, Variable];
  code.repeat(() => {
    const element = field.load(code, input.get, 0).map((limb) => code.keep(limb));
    field.toWords(code, element).forEach((words, lane) => {
      words.forEach((word, index) => {
        code.i64.store(output.get, 32 * lane + 8 * index, word);
      });
    });
    code.advance(input, field.pairBytes);
    code.advance(output, 64);
    code.advance(count, -1);
  }, count.get);
}
