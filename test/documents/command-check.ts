import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import type { TaskDefinition } from "hardhat/types/tasks";
import { rollupTasks } from "../../tasks/index.ts";
import { repository } from "./fenced-blocks.ts";

type NewTask = Extract<TaskDefinition, { readonly type: "NEW_TASK" }>;

const tasks = rollupTasks({ task, emptyTask, ArgumentType }).filter(
  (definition): definition is NewTask => definition.type === "NEW_TASK",
);

/** Hardhat's own tasks and options that documents use. */
const tasksOfHardhat = new Set(["node", "test", "clean"]);
const optionsOfHardhat = new Set(["--network", "--config"]);

/** Scripts that `rollup:init` adds to a project. */
const scriptsOfInit = new Set(["rollup:demo", "rollup:test"]);

/**
 * Whether a line of a shell says something that there is: tasks, options, scripts and benches by their names.
 *
 * @param document - Where it stands: an example's `npm run` means the example's own scripts.
 * @returns what is wrong, undefined if nothing is
 */
export async function commandProblem(document: string, line: string): Promise<string | undefined> {
  for (const command of line.replace(/(^|\s+)#.*$/, "").split(" && ")) {
    const words = command.split(/\s+/).filter((word) => word !== "");
    const problem = words.length === 0 ? undefined : await problemOf(document, words);
    if (problem !== undefined) return `${problem} in ${document}: ${line}`;
  }
  return undefined;
}

async function problemOf(
  document: string,
  [program = "", ...args]: readonly string[],
): Promise<string | undefined> {
  if (program === "npx") return problemOfPackage(args);
  if (program === "npm") return await problemOfNpm(document, args);
  return program === "export" ? undefined : `nobody knows ${program}`;
}

function problemOfPackage([program = "", ...args]: readonly string[]): string | undefined {
  if (program === "hardhat-rollup") return args.join(" ") === "init" ? undefined : "there is only init";
  if (program !== "hardhat") return `nobody knows ${program}`;
  if (tasksOfHardhat.has(args[0] ?? "")) return undefined;
  const depth = args.findIndex((word) => word.startsWith("-"));
  const words = depth === -1 ? args : args.slice(0, depth);
  const lengths = words.map((_, index) => words.length - index);
  for (const length of lengths) {
    const found = tasks.find(({ id }) => id.join(" ") === words.slice(0, length).join(" "));
    if (found !== undefined) return problemOfTask(found, args.slice(length));
  }
  return `there is no task ${words.join(" ")}`;
}

function problemOfTask(
  { id, options, positionalArguments }: NewTask,
  args: readonly string[],
): string | undefined {
  const rest = [...args];
  while (rest.length > 0) {
    const word = rest.shift() ?? "";
    if (!word.startsWith("-")) {
      // "[options]" and the like stand for what may be there.
      if (positionalArguments.length === 0 && !word.startsWith("["))
        return `${id.join(" ")} takes no ${word}`;
      continue;
    }
    const name = word.replace(/^--/, "").replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const option = options[name];
    if (option === undefined && !optionsOfHardhat.has(word)) return `${id.join(" ")} has no option ${word}`;
    if (option?.type === "FLAG") continue;
    if (rest.shift() === undefined) return `${word} has no value`;
  }
  return undefined;
}

async function problemOfNpm(document: string, args: readonly string[]): Promise<string | undefined> {
  const [command = "", name = "", ...rest] = args;
  if (["ci", "init", "pkg"].includes(command)) return undefined;
  const own = path.join(repository, path.dirname(document), "package.json");
  const { scripts, ...manifest } = JSON.parse(
    await readFile(existsSync(own) ? own : path.join(repository, "package.json"), "utf8"),
  ) as Readonly<Record<string, Readonly<Record<string, string>>>>;
  if (command === "install") {
    const known = { ...manifest.peerDependencies, ...manifest.devDependencies, "hardhat-rollup": "" };
    return args.slice(1).find((word) => !word.startsWith("-") && !(word.replace(/(?<=.)@.*$/, "") in known));
  }
  const script = command === "run" ? name : command;
  if (scripts?.[script] === undefined && !scriptsOfInit.has(script)) return `there is no script ${script}`;
  const [bench = ""] = rest.filter((word) => word !== "--");
  if (script !== "bench" || bench === "") return undefined;
  return existsSync(path.join(repository, "bench", `${bench}.ts`)) ? undefined : `there is no bench ${bench}`;
}
