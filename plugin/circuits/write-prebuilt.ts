// `npm run prepack` runs this in dist/: it compiles the shapes that most projects begin with, and packs them.

import path from "node:path";
import { compileShape } from "./compile-shape.ts";
import { packageFolder } from "./package-folder.ts";
import { packPrebuilt } from "./prebuilt.ts";
import { builtInShapes } from "./shapes.ts";

for (const name of ["tiny", "dev", "busy"] as const) {
  const folder = path.join(packageFolder, "cache", "rollup");
  const onProgress = (line: string): void => console.log(`${name}: ${line}`);
  const circuit = await compileShape({ name, shape: builtInShapes[name], folder, onProgress });
  await packPrebuilt(name, {
    contentHash: circuit.contentHash,
    files: [circuit.r1csPath, circuit.wasmPath],
  });
  console.log(`${name}: ${circuit.rebuilt ? "compiled and packed" : "packed"}, r1cs ${circuit.r1csHash}`);
}
