import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { ClientError } from "../../client/errors.ts";
import { editConfig, newConfig } from "./edit-config.ts";
import { Manifest } from "./manifest.ts";
import { type Runner, sampleTest, testCommand } from "./sample-test.ts";

/** What became of a file of the project. */
export type FileReport = {
  /** Relative to the project's folder. */
  readonly file: string;
  readonly outcome: "created" | "changed" | "unchanged" | "by hand";
  /** What was added, or why nothing was. */
  readonly what: string;
  /** What the user has to put there; only for `by hand`. */
  readonly paste?: string;
};

export type InitReport = {
  readonly files: readonly FileReport[];
  /** The command to try next. */
  readonly next: string;
};

export type InitOptions = {
  /** The project's folder, with package.json. */
  readonly root: string;
  /** The Hardhat config. Default: the one in the folder, or none yet. */
  readonly configPath?: string | undefined;
};

const configNames = ["ts", "js", "mts", "mjs"].map((extension) => `hardhat.config.${extension}`);
const toolboxes = [
  "@nomicfoundation/hardhat-toolbox-mocha-ethers",
  "@nomicfoundation/hardhat-toolbox-viem",
] as const;

/** Its fields are read by Hardhat's mocha runner, too. */
const mochaRunners = ["@nomicfoundation/hardhat-toolbox-mocha-ethers", "@nomicfoundation/hardhat-mocha"];

/**
 * Adds to a project what it takes to use the rollup: config, a test to begin with, scripts. Nothing that is there is
 * overwritten, and a second run changes nothing.
 *
 * @throws ClientError if the folder is no project, its package.json cannot be read, or it has Hardhat 2 installed
 */
export async function initialize({ root, configPath }: InitOptions): Promise<InitReport> {
  const manifestPath = path.join(root, "package.json");
  if (!existsSync(manifestPath)) {
    throw new ClientError("There is no project here.", {
      folder: root,
      missing: "package.json",
      "what to do": "npm init --yes && npm pkg set type=module",
    });
  }
  requireHardhatThree(root);
  const manifestText = await readFile(manifestPath, "utf8");
  const manifest = new Manifest(manifestPath, manifestText);
  const mocha = mochaRunners.some((name) => manifest.dependsOn(name)) && manifest.dependsOn("chai");
  const runner: Runner = mocha ? "mocha" : "node";
  const testFile = "test/rollup.test.ts";

  const config = await initConfig(root, configPath, manifest);
  const test = await initTest(root, testFile, runner);
  const scripts = manifest.addScripts({
    "rollup:demo": "hardhat rollup:prove --demo",
    "rollup:test": testCommand(runner, testFile),
  });
  if (scripts.length > 0) await writeFile(manifestPath, manifest.toString());
  const files: FileReport[] = [
    config,
    test,
    scripts.length > 0
      ? { file: "package.json", outcome: "changed", what: `scripts ${scripts.join(", ")}` }
      : { file: "package.json", outcome: "unchanged", what: "its scripts are there" },
  ];
  if (manifest.type !== "module") {
    files.push({
      file: "package.json",
      outcome: "by hand",
      what: `"type" is ${manifest.type === undefined ? "missing" : `"${manifest.type}"`}, and Hardhat 3 wants modules`,
      paste: "npm pkg set type=module",
    });
  }
  return { files, next: "npm run rollup:test" };
}

function requireHardhatThree(root: string): void {
  const require = createRequire(path.join(root, "package.json"));
  let version: string;
  try {
    ({ version } = require("hardhat/package.json") as { readonly version: string });
  } catch {
    return; // It is not installed yet: the config will be one of Hardhat 3.
  }
  if (!version.startsWith("2.")) return;
  throw new ClientError("A project of Hardhat 2 is set up by hand.", {
    hardhat: version,
    "in the config": 'import "hardhat-rollup/hardhat2", after the toolbox',
    "in tests": 'import { rollup } from "hardhat"',
  });
}

async function initConfig(
  root: string,
  configPath: string | undefined,
  manifest: Manifest,
): Promise<FileReport> {
  const found = configPath ?? configNames.map((name) => path.join(root, name)).find(existsSync);
  if (found === undefined) {
    const toolbox = toolboxes.find((name) => manifest.dependsOn(name));
    await writeFile(path.join(root, "hardhat.config.ts"), newConfig(toolbox), { flag: "wx" });
    return { file: "hardhat.config.ts", outcome: "created", what: "plugin and section rollup" };
  }
  const file = path.relative(root, found);
  const edit = editConfig(await readFile(found, "utf8"));
  if ("reason" in edit) {
    return { file, outcome: "by hand", what: `not changed, because ${edit.reason}`, paste: edit.paste };
  }
  if (edit.added.length === 0) return { file, outcome: "unchanged", what: "plugin and section are there" };
  await writeFile(found, edit.text);
  return { file, outcome: "changed", what: edit.added.join(", ") };
}

async function initTest(root: string, file: string, runner: Runner): Promise<FileReport> {
  const target = path.join(root, file);
  if (existsSync(target)) return { file, outcome: "unchanged", what: "it is there" };
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, sampleTest(runner), { flag: "wx" });
  return { file, outcome: "created", what: `a test for ${runner === "mocha" ? "mocha" : "node:test"}` };
}
