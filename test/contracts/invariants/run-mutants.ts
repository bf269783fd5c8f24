// npm run mutants [-- name]: the Solidity tests against rollups with holes. In a project of their own under cache/.
import { spawn } from "node:child_process";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Mutant, mutants } from "./mutants.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const tests = "test/contracts/invariants";
const folder = join(root, "cache", "mutants");

type Outcome = { readonly failed: boolean; readonly output: string };

if (process.argv[1] === import.meta.filename) await runMutants(process.argv[2]);

/** Makes a copy of what the tests need, so that a mutant builds nothing but what it changes. */
async function prepare(): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, tests), { recursive: true });
  await cp(join(root, "contracts"), join(folder, "contracts"), { recursive: true });
  const isSolidity = (path: string) => !path.endsWith(".ts");
  await cp(join(root, tests), join(folder, tests), { recursive: true, filter: isSolidity });
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module", private: true }));
  // Without the plugin, which would look for the package's own contracts.
  const config = `import project from ${JSON.stringify(join(root, "hardhat.config.ts"))};
const { rollup, ...rest } = project;
export default { ...rest, plugins: rest.plugins.filter((plugin) => plugin.id !== "hardhat-rollup") };
`;
  await writeFile(join(folder, "hardhat.config.ts"), config);
}

/** Runs the Solidity tests with the mutant in place of the contract. */
async function runMutant(mutant: Mutant): Promise<Outcome> {
  const file = join(folder, "contracts", mutant.file);
  const source = await readFile(file, "utf8");
  if (source.split(mutant.text).length !== 2) {
    throw new Error(
      `${mutant.file} has to contain this once, for the mutant "${mutant.name}":\n${mutant.text}`,
    );
  }
  await writeFile(file, source.replace(mutant.text, mutant.by));
  const outcome = await runTests();
  await writeFile(file, source);
  return outcome;
}

async function runTests(): Promise<Outcome> {
  const hardhat = join(root, "node_modules", "hardhat", "dist", "src", "cli.js");
  const child = spawn(process.execPath, [hardhat, "--no-typechain", "test", "solidity"], { cwd: folder });
  const output: Buffer[] = [];
  child.stdout.on("data", (data: Buffer) => output.push(data));
  child.stderr.on("data", (data: Buffer) => output.push(data));
  const code = await new Promise((resolve) => child.on("close", resolve));
  return { failed: code !== 0, output: Buffer.concat(output).toString() };
}

async function runMutants(only: string | undefined): Promise<void> {
  let missed = 0;
  await prepare();
  const { failed: alwaysFails, output: usual } = await runTests();
  if (alwaysFails) throw new Error(`The tests fail without any hole:\n${usual}`);
  for (const mutant of mutants) {
    if (only !== undefined && !mutant.name.includes(only)) continue;
    const { failed, output } = await runMutant(mutant);
    // A mutant that does not compile shows nothing.
    if (!output.includes("Running Solidity tests")) throw new Error(output);
    const reason = output.match(/Error: (.*(?:Broken|Unexpected).*|.*)/)?.[1] ?? "";
    console.log(failed ? `noticed  ${mutant.name}  (${reason.slice(0, 120)})` : `MISSED   ${mutant.name}`);
    if (!failed) ++missed;
  }
  if (missed > 0) process.exitCode = 1;
}
