import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { ClientError } from "../../client/errors.ts";
import { hardhatVersion } from "./hardhat-version.ts";
import { Manifest } from "./manifest.ts";
import { planForThree } from "./plan-for-three.ts";
import { planForTwo } from "./plan-for-two.ts";
import type { ProjectPlan } from "./project-plan.ts";

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

/**
 * Adds to a project what it takes to use the rollup: config, a test to begin with, scripts. Nothing that is there is
 * overwritten, and a second run changes nothing.
 *
 * @throws ClientError if the folder is no project, or its package.json cannot be read
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
  const manifestText = await readFile(manifestPath, "utf8");
  const manifest = new Manifest(manifestPath, manifestText);
  const version = hardhatVersion(root, manifest);
  const plan = (version === 2 ? planForTwo : planForThree)(root, manifest, configPath);

  const config = await initConfig(root, plan);
  const test = await initTest(root, plan);
  const scripts = manifest.addScripts({
    "rollup:demo": "hardhat rollup:prove --demo",
    "rollup:test": plan.testCommand,
  });
  if (scripts.length > 0) await writeFile(manifestPath, manifest.toString());
  const files: FileReport[] = [
    config,
    test,
    scripts.length > 0
      ? { file: "package.json", outcome: "changed", what: `scripts ${scripts.join(", ")}` }
      : { file: "package.json", outcome: "unchanged", what: "its scripts are there" },
  ];
  if (version === 3 && manifest.type !== "module") {
    files.push({
      file: "package.json",
      outcome: "by hand",
      what: `"type" is ${manifest.type === undefined ? "missing" : `"${manifest.type}"`}, and Hardhat 3 wants modules`,
      paste: "npm pkg set type=module",
    });
  }
  return { files, next: "npm run rollup:test" };
}

async function initConfig(root: string, plan: ProjectPlan): Promise<FileReport> {
  if (plan.config === undefined) {
    const { file, text } = plan.newConfig;
    await writeFile(path.join(root, file), text, { flag: "wx" });
    return { file, outcome: "created", what: "plugin and section rollup" };
  }
  const file = path.relative(root, plan.config);
  const edit = plan.editConfig(await readFile(plan.config, "utf8"));
  if ("reason" in edit) {
    return { file, outcome: "by hand", what: `not changed, because ${edit.reason}`, paste: edit.paste };
  }
  if (edit.added.length === 0) return { file, outcome: "unchanged", what: "plugin and section are there" };
  await writeFile(plan.config, edit.text);
  return { file, outcome: "changed", what: edit.added.join(", ") };
}

async function initTest(root: string, { test: { file, text, runner } }: ProjectPlan): Promise<FileReport> {
  const target = path.join(root, file);
  if (existsSync(target)) return { file, outcome: "unchanged", what: "it is there" };
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, text, { flag: "wx" });
  return { file, outcome: "created", what: `a test for ${runner}` };
}
