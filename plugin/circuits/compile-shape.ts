import path from "node:path";
import type { Shape } from "../protocol/shape.ts";
import type { JobOptions } from "./background.ts";
import { type CompiledCircuit, compileCircuit } from "./compile.ts";
import { packageFolder } from "./package-folder.ts";
import { mainComponent } from "./shapes.ts";

export type ShapeRequest = JobOptions & {
  readonly name: string;
  readonly shape: Shape;
  /** Of the plugin's files, `config.rollup.folder`; circuits are in `circuits/` below it. */
  readonly folder: string;
};

/**
 * Compiles the batch circuit of a shape, unless the cache has it.
 *
 * @throws ProtocolError as assertShape; HardhatPluginError as compileCircuit
 */
export function compileShape({ name, shape, folder, ...options }: ShapeRequest): Promise<CompiledCircuit> {
  return compileCircuit({
    source: mainComponent(shape),
    name,
    includePaths: [path.join(packageFolder, "circuits")],
    outputFolder: path.join(folder, "circuits"),
    optimization: "O2",
    ...options,
  });
}
