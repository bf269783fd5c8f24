import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { compileCircuit } from "../../plugin/circuits/compile.ts";
import { packageFolder } from "../../plugin/circuits/package-folder.ts";
import { mainComponent } from "../../plugin/circuits/shapes.ts";
import type { Shape } from "../../plugin/protocol/shape.ts";

/** That of the tests, which compile some of the same circuits. */
const outputFolder = path.join(packageFolder, "cache", "rollup", "test-circuits");
const require = createRequire(import.meta.url);

/** A circuit to compile. */
export interface Source {
  /** Of its folder in the cache: no other circuit has it. */
  readonly name: string;
  readonly text: string;
}

export function shapeSource(shape: Shape, name = shapeName(shape)): Source {
  return { name, text: mainComponent(shape) };
}

/** @param main - What comes behind `component main =`. */
export function componentSource(name: string, include: string, main: string): Source {
  return { name, text: `pragma circom 2.2.0;\n\ninclude "${include}";\n\ncomponent main = ${main};\n` };
}

/**
 * The constraints of circuits, compiled with `--O2` unless the cache has them, as many at a time as there are cores.
 *
 * @param onProgress - Takes a line for each that is compiled.
 * @returns by the circuit's name
 * @throws HardhatPluginError as compileCircuit
 */
export async function countConstraints(
  sources: readonly Source[],
  onProgress: (line: string) => void = () => undefined,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const left = [...sources];
  const work = async (): Promise<void> => {
    for (let source = left.shift(); source !== undefined; source = left.shift()) {
      const { name, text } = source;
      const circuit = await compileCircuit({
        source: text,
        name,
        includePaths: [path.join(packageFolder, "circuits")],
        outputFolder,
        optimization: "O2",
      });
      counts.set(name, circuit.constraints);
      const how = circuit.rebuilt ? "compiled" : "from the cache";
      onProgress(`${name}: ${circuit.constraints} constraints, ${how}`);
    }
  };
  await Promise.all(Array.from({ length: os.availableParallelism() }, work));
  return counts;
}

/** What the counts depend on besides the circuits. */
export function toolchain(): string {
  const version = (name: string): string =>
    `${name} ${(require(`${name}/package.json`) as { version: string }).version}`;
  return `${version("circom2")}, ${version("circomlib")}, --O2`;
}

function shapeName({ depth, transactions, accounts, operations, exits, fees }: Shape): string {
  return `count-${[depth, transactions, accounts, operations, exits, fees].join("-")}`;
}
