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
  /** circom's level of simplification, which differs between proof systems. Default `O2`. */
  readonly optimization?: "O1" | "O2" | undefined;
};

/** Name of the circuit of a shape, of its folder and files: those of the two levels are there side by side. */
export function circuitName(shapeName: string, optimization: "O1" | "O2"): string {
  return optimization === "O2" ? shapeName : `${shapeName}.${optimization}`;
}

/**
 * Compiles the batch circuit of a shape, unless the cache has it.
 *
 * @throws ProtocolError as assertShape; HardhatPluginError as compileCircuit
 */
export function compileShape(request: ShapeRequest): Promise<CompiledCircuit> {
  const { name, shape, folder, optimization = "O2", onProgress, signal } = request;
  return compileCircuit({
    source: mainComponent(shape),
    name: circuitName(name, optimization),
    includePaths: [path.join(packageFolder, "circuits")],
    outputFolder: path.join(folder, "circuits"),
    optimization,
    onProgress,
    signal,
  });
}
