import { createHash, randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { HardhatPluginError } from "@nomicfoundation/hardhat-errors";
import { JobError, type JobOptions, jobFile, runInBackground } from "./background.ts";
import type { CircomRequest } from "./circom-job.ts";
import { currentHash, hashFile } from "./hashed-file.ts";
import { unpackPrebuilt } from "./prebuilt.ts";
import { type R1csHeader, readR1csHeader } from "./r1cs.ts";
import { includedFiles } from "./sources.ts";

const require = createRequire(import.meta.url);

/** Raise it when what a cache folder holds changes its meaning. */
const cacheVersion = 1;

export interface CompileRequest extends JobOptions {
  /** Text of the file with the main component. */
  readonly source: string;
  /** Name of the circuit: of its folder and files. */
  readonly name: string;
  /** Folders where includes are looked for, after the including file's own; circomlib is always found. */
  readonly includePaths: readonly string[];
  /** Folder of the cache; the circuit's own is below it. */
  readonly outputFolder: string;
  /** circom's level of simplification; O0 keeps every signal, O2 removes all linear constraints. */
  readonly optimization: "O0" | "O1" | "O2";
  /** Also writes the table of signal names. Default false. */
  readonly symbols?: boolean;
}

export interface CompiledCircuit {
  readonly name: string;
  /** Hash of all that the result depends on, hex. */
  readonly contentHash: string;
  readonly r1csPath: string;
  /** SHA-256 of that file, hex. */
  readonly r1csHash: string;
  readonly wasmPath: string;
  /** SHA-256 of that file, hex. */
  readonly wasmHash: string;
  readonly symPath: string | undefined;
  readonly constraints: number;
  readonly wires: number;
  readonly publicSignals: number;
  readonly privateInputs: number;
  /** Whether the compiler ran. */
  readonly rebuilt: boolean;
  /** Why it ran, or "up to date". */
  readonly reason: string;
}

/** What `<name>.json` in a circuit's folder records. */
interface CacheRecord {
  readonly cacheVersion: number;
  readonly contentHash: string;
  readonly compiler: string;
  readonly options: string;
  readonly mainHash: string;
  /** Included files, relative to the cache's folder, and their hashes. */
  readonly includes: Readonly<Record<string, string>>;
  /** Files written, and their hashes. */
  readonly outputs: Readonly<Record<string, string>>;
}

/**
 * Compiles a circuit with circom (npm's `circom2`), unless the cache or this package already has the result of exactly these
 * sources, compiler and options. The folder `<outputFolder>/<name>` is replaced as a whole, so a run that is
 * killed leaves either the old result or none.
 *
 * @throws HardhatPluginError with circom's own text.
 */
export async function compileCircuit(request: CompileRequest): Promise<CompiledCircuit> {
  const folder = path.join(request.outputFolder, request.name);
  const recordPath = path.join(folder, `${request.name}.json`);
  const libraries = [...request.includePaths.map((include) => path.resolve(include)), packagesFolder()];
  const wanted = await describe(request, libraries);
  const found = await readRecord(recordPath);
  const reason = await whyRebuild(folder, found, wanted);
  let outputs = found?.outputs ?? {};
  if (reason !== undefined) {
    const temporary = `${folder}.${randomBytes(6).toString("hex")}.partial`;
    try {
      const isThere = await unpackPrebuilt(request.name, wanted.contentHash, temporary);
      if (!isThere) await runCircom(request, libraries, temporary);
      const files = await readdir(temporary);
      const hashed = files.map(async (file) => [file, await hashFile(path.join(temporary, file))] as const);
      outputs = Object.fromEntries(await Promise.all(hashed));
      const record: CacheRecord = { ...wanted, outputs };
      await writeFile(
        path.join(temporary, `${request.name}.json`),
        `${JSON.stringify(record, undefined, 2)}\n`,
      );
      await replaceFolder(temporary, folder);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  }
  const r1csPath = path.join(folder, `${request.name}.r1cs`);
  const header: R1csHeader = await readR1csHeader(r1csPath);
  return {
    name: request.name,
    contentHash: wanted.contentHash,
    r1csPath,
    r1csHash: outputs[`${request.name}.r1cs`] ?? "",
    wasmHash: outputs[`${request.name}.wasm`] ?? "",
    wasmPath: path.join(folder, `${request.name}.wasm`),
    symPath: request.symbols === true ? path.join(folder, `${request.name}.sym`) : undefined,
    constraints: header.constraints,
    wires: header.wires,
    publicSignals: header.publicOutputs + header.publicInputs,
    privateInputs: header.privateInputs,
    rebuilt: reason !== undefined,
    reason: reason ?? "up to date",
  };
}

async function describe(
  request: CompileRequest,
  libraries: readonly string[],
): Promise<Omit<CacheRecord, "outputs">> {
  const compiler = `circom2 ${(require("circom2/package.json") as { version: string }).version}`;
  const options = `${request.optimization}${request.symbols === true ? " sym" : ""}`;
  const mainHash = hash(request.source);
  const files = await includedFiles(request.source, libraries);
  // Contents in the order of inclusion, not paths: a cache restored in another folder stays valid.
  const contents = JSON.stringify([
    cacheVersion,
    compiler,
    options,
    mainHash,
    files.map((file) => file.hash),
  ]);
  const includes: Record<string, string> = {};
  for (const file of files) {
    includes[path.relative(request.outputFolder, file.path).split(path.sep).join("/")] = file.hash;
  }
  return { cacheVersion, contentHash: hash(contents), compiler, options, mainHash, includes };
}

async function whyRebuild(
  folder: string,
  found: CacheRecord | undefined,
  wanted: Omit<CacheRecord, "outputs">,
): Promise<string | undefined> {
  if (found === undefined) return "not compiled yet";
  if (found.cacheVersion !== wanted.cacheVersion) return "the cache is of another version";
  if (found.compiler !== wanted.compiler) return `the compiler was ${found.compiler}, is ${wanted.compiler}`;
  if (found.options !== wanted.options) return `the options were ${found.options}, are ${wanted.options}`;
  if (found.mainHash !== wanted.mainHash) return "the main component changed";
  if (found.contentHash !== wanted.contentHash) {
    const changed = Object.entries(wanted.includes).find(([file, hash]) => found.includes[file] !== hash);
    return `${changed?.[0].split("/").at(-1) ?? "an included file"} changed`;
  }
  for (const [file, expected] of Object.entries(found.outputs)) {
    const actual = await currentHash(path.join(folder, file)).catch(() => undefined);
    if (actual === undefined) return `${file} is missing`;
    if (actual !== expected) return `${file} is not what was compiled`;
  }
  return undefined;
}

async function runCircom(
  request: CompileRequest,
  libraries: readonly string[],
  folder: string,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { name } = request;
  // A name that no include can mean: circom looks beside the including file first.
  const stem = `main-${randomBytes(6).toString("hex")}`;
  const mainPath = path.join(folder, `${stem}.circom`);
  await writeFile(mainPath, request.source);
  const roots = [...new Set([folder, ...libraries].map((entry) => path.parse(path.resolve(entry)).root))];
  const args = [
    virtualPath(mainPath),
    ...libraries.flatMap((library) => ["-l", virtualPath(library)]),
    `--${request.optimization}`,
    "--r1cs",
    "--wasm",
    ...(request.symbols === true ? ["--sym"] : []),
    "-o",
    virtualPath(folder),
  ];
  const preopens = Object.fromEntries(roots.map((root) => [virtualPath(root), root]));
  try {
    const circom: CircomRequest = { args, preopens };
    await runInBackground<undefined>(jobFile(import.meta.url, "circom-job"), circom, request);
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    const text = error.message.replaceAll(virtualPath(mainPath), `${name}.circom (the main component)`);
    throw new HardhatPluginError("hardhat-rollup", `circom refused the circuit "${name}".\n${text}`);
  }
  const program = path.join(folder, `${stem}_js`);
  await rename(path.join(program, `${stem}.wasm`), path.join(folder, `${name}.wasm`));
  await rm(program, { recursive: true });
  for (const extension of ["circom", "r1cs", ...(request.symbols === true ? ["sym"] : [])]) {
    await rename(path.join(folder, `${stem}.${extension}`), path.join(folder, `${name}.${extension}`));
  }
}

/** Another process that compiles the same circuit may put its folder there between the two steps. */
async function replaceFolder(from: string, to: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    await rm(to, { recursive: true, force: true });
    try {
      await rename(from, to);
      return;
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}

/** A path as the compiler's sandbox sees it: on Windows, drive `C:\` is the folder `/C:`. */
function virtualPath(file: string): string {
  const absolute = path.resolve(file).split(path.sep).join("/");
  return absolute.startsWith("/") ? absolute : `/${absolute}`.replace(/\/$/, "");
}

/** The folder in which `circomlib/circuits/...` can be found. */
function packagesFolder(): string {
  return path.resolve(path.dirname(require.resolve("circomlib/package.json")), "..");
}

async function readRecord(recordPath: string): Promise<CacheRecord | undefined> {
  try {
    return JSON.parse(await readFile(recordPath, "utf8")) as CacheRecord;
  } catch {
    return undefined; // None, or damaged: either way the circuit is compiled again.
  }
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
