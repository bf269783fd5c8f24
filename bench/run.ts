// `npm run bench -- <name> [arguments]` runs `bench/<name>.ts`.

import { readdir } from "node:fs/promises";

const files = await readdir(import.meta.dirname);
const names = files
  .filter((file) => file.endsWith(".ts") && file !== "run.ts")
  .map((file) => file.slice(0, -".ts".length));
const [name = ""] = process.argv.splice(2, 1);
if (names.includes(name)) {
  await import(`./${name}.ts`);
} else {
  console.error(`Usage: npm run bench -- <name> [arguments]\n  names: ${names.join(", ")}`);
  process.exitCode = 1;
}
