// What the tasks print: with --json, with --quiet, and for people. They run in this process, on a chain in another one,
// with simulated proofs.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect } from "chai";
import { emptyTask, task } from "hardhat/config";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import { ArgumentType } from "hardhat/types/arguments";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { TaskArguments, TaskDefinition } from "hardhat/types/tasks";
import type { RollupUserConfig } from "../../plugin/config.ts";
import rollup from "../../plugin/index.ts";
import { rollupCompiler } from "../../plugin/settlement/compiler.ts";
import { rollupTasks } from "../../tasks/index.ts";
import { rejection } from "../settlement/rejection.ts";
import { freePort, Run, startNode } from "./command-line.ts";

type NewTask = Extract<TaskDefinition, { readonly type: "NEW_TASK" }>;

const definitions = rollupTasks({ task, emptyTask, ArgumentType }).filter(
  (definition): definition is NewTask => definition.type === "NEW_TASK",
);

type Case = {
  /** Arguments, besides those about output. */
  readonly args?: TaskArguments;
  /** Fields of its JSON. */
  readonly fields: readonly string[];
  /** Whether it is asked for something to see, which `--quiet` leaves. */
  readonly answers?: boolean;
};

const to = { kind: "deposit", to: "alice", amount: "1" };

/** In an order in which each has something to do. */
const life: readonly (readonly [name: string, run: Case])[] = [
  ["compile", { fields: ["circuits", "next"] }],
  ["setup", { fields: ["keys", "next"] }],
  ["deploy", { fields: ["rollup", "chainId", "shapes", "assets", "next"] }],
  ["send", { args: to, fields: ["payments", "next"] }],
  ["sequence", { fields: ["batches", "dropped", "next"] }],
  ["prove", { fields: ["batches", "proofs", "next"] }],
  ["verify", { fields: ["valid", "next"] }],
  ["settle", { args: { claim: true }, fields: ["batches", "claimed", "next"] }],
  ["status", { fields: ["l1Root", "assets", "next"], answers: true }],
  ["sync", { fields: ["root", "accounts"] }],
  ["escape", { args: { owner: "alice" }, fields: ["stand", "calls"], answers: true }],
  ["exit", { args: { from: "alice" }, fields: ["index", "entry", "deadline", "next"] }],
];

/** Those that need more than a chain, and where their output is tested; some take minutes, and print as the others do. */
const elsewhere: Readonly<Record<string, string>> = {
  init: "below",
  node: "node.test.ts",
  prover: "fleet.test.ts",
  systems: "systems.test.ts",
  "ceremony new": "nowhere: minutes of work",
  "ceremony contribute": "ceremony.test.ts",
  "ceremony beacon": "ceremony.test.ts",
  "ceremony verify": "nowhere: minutes of work",
  "ceremony export": "nowhere: minutes of work",
};

type Printed = { readonly stdout: string; readonly stderr: string };

/** What is written to both streams meanwhile, as where neither is a terminal. */
async function printedBy(work: () => Promise<unknown>): Promise<Printed> {
  const printed = { stdout: "", stderr: "" };
  const restore = (["stdout", "stderr"] as const).map((name) => {
    const stream = process[name];
    const { write, isTTY } = stream;
    stream.isTTY = false;
    stream.write = (chunk: unknown) => {
      printed[name] += String(chunk);
      return true;
    };
    return () => Object.assign(stream, { write, isTTY });
  });
  try {
    await work();
  } finally {
    for (const undo of restore) undo();
  }
  return printed;
}

/** Escape sequences, and what rewrites lines. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;

describe("the output of the tasks", () => {
  it("every task has --json and --quiet", () => {
    expect(definitions).to.have.length.above(40);
    for (const { id, options } of definitions) {
      expect(options.json?.type, id.join(" ")).to.equal(ArgumentType.FLAG);
      expect(options.quiet?.type, id.join(" ")).to.equal(ArgumentType.FLAG);
    }
  });

  it("every task's output is tested, here or elsewhere", () => {
    const names = definitions.filter(({ id }) => id[0] === "rollup").map(({ id }) => id.slice(1).join(" "));
    expect(names).to.have.members([...life.map(([name]) => name), ...Object.keys(elsewhere)]);
  });

  it("every task and every option says what it is for", () => {
    for (const { id, description, options, positionalArguments } of definitions) {
      for (const text of [
        description,
        ...[...Object.values(options), ...positionalArguments].map((option) => option.description),
      ]) {
        expect(text, id.join(" "))
          .to.match(/^[A-Z#]/)
          .and.not.match(/\.$/);
      }
    }
  });

  describe("on hardhat node", () => {
    const repository = path.resolve(import.meta.dirname, "../..");
    const folder = path.join("cache", "test-tasks");
    let scratch: string;
    let node: Run;
    let hre: HardhatRuntimeEnvironment;

    before(async () => {
      scratch = await mkdtemp(path.join(os.tmpdir(), "hardhat-rollup-"));
      const port = await freePort();
      node = await startNode(port);
      const section: RollupUserConfig = {
        register: ["tiny"],
        proofSystem: "simulated",
        folder: path.join(folder, "rollup"),
        deployments: path.join(scratch, "deployments"),
      };
      hre = await createHardhatRuntimeEnvironment(
        {
          plugins: [rollup],
          solidity: { profiles: { default: rollupCompiler } },
          paths: { cache: folder, artifacts: path.join(folder, "artifacts") },
          rollup: section,
          networks: { localhost: { type: "http", url: `http://127.0.0.1:${port}` } },
        },
        { network: "localhost" },
        repository,
      );
    });

    after(async () => {
      await node?.kill();
      await rm(scratch, { recursive: true, force: true });
      for (const name of ["stores", "proofs"]) {
        await rm(path.join(repository, folder, "rollup", name), { recursive: true, force: true });
      }
    });

    const run = (name: string, args: TaskArguments): Promise<Printed> =>
      printedBy(() => hre.tasks.getTask(`rollup:${name}`).run(args));

    for (const [name, { args = {}, fields }] of life) {
      it(`${name} --json prints one document of JSON; progress is beside it`, async () => {
        const { stdout, stderr } = await run(name, { ...args, json: true });
        const document: unknown = JSON.parse(stdout);
        expect(document).to.include.keys(...fields);
        expect(stderr).to.not.match(controls);
        if (name !== "deploy" && name !== "status") expect(stderr).to.include("…");
      });
    }

    for (const [name, { args = {}, answers = false }] of life) {
      it(`${name} --quiet prints ${answers ? "the answer only" : "nothing"}`, async () => {
        const { stdout, stderr } = await run(name, { ...args, quiet: true });
        if (answers) expect(stdout).to.match(/\S/).and.not.match(controls).and.not.include("Next:");
        else expect(stdout).to.equal("");
        expect(stderr).to.equal("");
      });
    }

    for (const [name, { args = {}, fields }] of life) {
      it(`${name} tells people what it did, without escape codes where there is no terminal`, async () => {
        const { stdout, stderr } = await run(name, args);
        expect(stdout).to.match(/\S/).and.not.match(controls);
        if (fields.includes("next")) expect(stdout).to.match(/\n\nNext: npx hardhat rollup:.*\n$/);
        expect(stderr).to.equal("");
      });
    }

    it("an error leaves standard output empty", async () => {
      let message = "";
      const { stdout } = await printedBy(async () => {
        const settled = hre.tasks.getTask("rollup:settle").run({ batch: 99, json: true });
        ({ message } = await rejection(settled));
      });
      expect(stdout).to.equal("");
      expect(message).to.include("cannot settle yet").and.to.include("npx hardhat rollup:");
    });
  });

  it("init tells what it did, in JSON or to people, and with --quiet what is left to do", async () => {
    const root = await mkdtemp(path.join(os.tmpdir(), "hardhat-rollup-"));
    const manifest = path.join(root, "package.json");
    const init = async (args: TaskArguments): Promise<string> => {
      const hre = await createHardhatRuntimeEnvironment({ plugins: [rollup] }, {}, root);
      return (await printedBy(() => hre.tasks.getTask("rollup:init").run(args))).stdout;
    };
    try {
      await writeFile(manifest, "{}");
      expect(await init({ quiet: true })).to.include("npm pkg set type=module");
      await writeFile(manifest, '{ "type": "module" }');
      const { files, next } = JSON.parse(await init({ json: true }));
      expect(files.map(({ file }: { file: string }) => file)).to.include("package.json");
      expect(next).to.equal("npm run rollup:test");
      expect(await init({ quiet: true })).to.equal("");
      expect(await init({}))
        .to.include("unchanged")
        .and.to.include("Next: npm run rollup:test");
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });

  it("a command that fails exits with 1, its message on standard error alone", async () => {
    const { code, stdout, stderr } = await new Run(["rollup:verify", "none.json", "--json"], {}).end();
    expect(code).to.equal(1);
    expect(stdout).to.equal("");
    expect(stderr).to.include("none.json");
  });
});
