import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import type { TaskDefinition } from "hardhat/types/tasks";
import { rollupTasks } from "../../tasks/index.ts";
import { withOutputOptions } from "../../tasks/output-options.ts";

type NewTask = Extract<TaskDefinition, { readonly type: "NEW_TASK" }>;
type Option = NewTask["options"][string];

/** Those that every task has. */
const outputOptions = withOutputOptions(task("any"))
  .setAction(async () => ({ default: () => {} }))
  .build().options;

/** docs/tasks.md, from what Hardhat is given. */
export function taskReference(): string {
  const tasks = rollupTasks({ task, emptyTask, ArgumentType }).filter(
    (definition): definition is NewTask => definition.type === "NEW_TASK" && definition.id[0] !== "rollup",
  );
  return `# Tasks

Made from [tasks/index.ts](../tasks/index.ts) by \`npm run docs\`. Each is \`npx hardhat rollup:<task>\` or \`npx hardhat rollup <task>\`; Hardhat's own
options, \`--network\` among them, work with each, and so do these:

${table(Object.values(outputOptions).map(optionRow))}

With \`--json\` standard output is one document of JSON, with the command to type \`next\` where there is one; of \`rollup:node\` and of \`rollup:prover\` at work a
line of JSON an event. Amounts and other big integers are decimal strings. Escape codes are for terminals only, and not with [NO_COLOR](https://no-color.org). An error
goes to standard error, and the exit code is 1; after Ctrl-C 130.

${tasks.map(section).join("\n\n")}
`;
}

function section(task: NewTask): string {
  const { positionalArguments } = task;
  const options = Object.values(task.options).filter(({ name }) => !(name in outputOptions));
  const usage = [
    `npx hardhat ${task.id.join(" ")}`,
    ...(options.length > 0 ? ["[options]"] : []),
    ...positionalArguments.map(({ name, isVariadic }) => (isVariadic ? `[${name} ...]` : `[${name}]`)),
  ].join(" ");
  const rows = [
    ...positionalArguments.map(({ name, description }) => `| \`${name}\` | ${cell(description)} | |`),
    ...options.map(optionRow),
  ];
  const described = rows.length === 0 ? "" : `\n\n${table(rows)}`;
  return `## ${task.id.join(" ")}\n\n${task.description}.\n\n\`\`\`sh\n${usage}\n\`\`\`${described}`;
}

function table(rows: readonly string[]): string {
  return `| | | default |\n|---|---|---|\n${rows.join("\n")}`;
}

function optionRow(option: Option): string {
  return `| \`${flag(option)}\` | ${cell(option.description)} | ${defaultOf(option)} |`;
}

/** As it is typed: Hardhat turns camel case into dashes. */
function flag({ name, type }: Option): string {
  const typed = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return type === ArgumentType.FLAG ? typed : `${typed} <value>`;
}

function defaultOf({ type, defaultValue }: Option): string {
  if (type === ArgumentType.FLAG || defaultValue === undefined || defaultValue === "") return "";
  return `\`${String(defaultValue)}\``;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
