// The one module of the prover, for a representation of field elements. The package has those for shared memory as
// files that `npm run build` writes; where they are not, as in sources and in browsers, they are made at the first use.

import { fieldOrder } from "../../protocol/field.ts";
import { coordinateOrder } from "../curve/bn254.ts";
import { type Representation, vectorFieldOf } from "../curve/field/best-field.ts";
import { defineCurveFunctions } from "../curve/points/curve-functions.ts";
import { type ConstantModule, compileModule, ModuleWriter } from "../curve/webassembly/module-writer.ts";
import { defineScalarFunctions } from "./scalar-functions.ts";

const made = new Map<string, ConstantModule>();

/** @param shared Whether its memory is one that threads share. */
export function proverModule(representation: Representation, shared: boolean): ConstantModule {
  const name = `${representation}, ${shared}`;
  const known = made.get(name);
  if (known !== undefined) return known;
  const built = shared ? readBuiltModule(representation) : undefined;
  const module = compileModule(built ?? encodeProverModule(representation, shared));
  made.set(name, module);
  return module;
}

/** The module's bytes, which take a tenth of a second to make. */
export function encodeProverModule(representation: Representation, shared: boolean): Uint8Array<ArrayBuffer> {
  const writer = new ModuleWriter();
  defineCurveFunctions(writer, vectorFieldOf(representation, coordinateOrder));
  defineScalarFunctions(writer, vectorFieldOf(representation, fieldOrder));
  return writer.encode(shared);
}

/** Where the build puts the module for shared memory. */
export function builtModuleUrl(representation: Representation): URL {
  return new URL(`./prover-${representation.replace(" ", "-")}.wasm`, import.meta.url);
}

function readBuiltModule(representation: Representation): Uint8Array<ArrayBuffer> | undefined {
  // Without an import, which browsers would stumble over.
  const files = (globalThis as { process?: NodeJS.Process }).process?.getBuiltinModule?.("node:fs");
  const url = builtModuleUrl(representation);
  return files?.existsSync(url) === true ? new Uint8Array(files.readFileSync(url)) : undefined;
}
