import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const repository = path.resolve(import.meta.dirname, "../..");

/** The package as npm would publish it, from the `dist/` that is there. */
export type Tarball = {
  readonly file: string;
  /** Bytes, packed and unpacked. */
  readonly packed: number;
  readonly unpacked: number;
  /** Paths inside the package. */
  readonly entries: readonly string[];
};

type PackReport = {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
};

/** Packs into a folder that is removed after `use`. */
export async function withTarball(use: (tarball: Tarball) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "hardhat-rollup-tarball-"));
  try {
    const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
    const { stdout } = await run("npm", args, { cwd: repository, maxBuffer: 2 ** 26 });
    const [report] = JSON.parse(stdout) as PackReport[];
    if (report === undefined) throw new Error(`npm pack reports nothing: ${stdout}`);
    await use({
      file: path.join(folder, report.filename),
      packed: report.size,
      unpacked: report.unpackedSize,
      entries: report.files.map((entry) => entry.path),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a user has no use for: sources besides Solidity and Circom, tests, tools, generated files. */
export function strayEntries({ entries }: Tarball): string[] {
  const wanted = [
    /^dist\/.*\.(js|d\.ts|wasm)$/,
    /^dist\/plugin\/hardhat2\/required\.(cjs|d\.cts)$/,
    /^dist\/plugin\/circuits\/prebuilt\/[a-z]+\.(json|r1cs\.br|wasm\.br)$/,
    /^contracts\/(?!test\/).*\.sol$/,
    /^circuits\/.*\.circom$/,
    /^examples\/payments\/payments\.csv$/,
    /^(package\.json|README\.md|CHANGELOG\.md|LICENSE)$/,
  ];
  return entries.filter((entry) => !wanted.some((pattern) => pattern.test(entry)));
}
