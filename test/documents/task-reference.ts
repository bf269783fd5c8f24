import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import type { TaskDefinition } from "hardhat/types/tasks";
import { rollupTasks } from "../../tasks/index.ts";

type NewTask = Extract<TaskDefinition, { readonly type: "NEW_TASK" }>;
type Option = NewTask["options"][string];

/** docs/tasks.md, from what Hardhat is given. */
export function taskReference(): string {
  const tasks = rollupTasks({ task, emptyTask, ArgumentType }).filter(
    (definition): definition is NewTask => definition.type === "NEW_TASK" && definition.id[0] !== "rollup",
  );
  return `# Tasks

Made from [tasks/index.ts](../tasks/index.ts) by \`npm run docs\`. Each is \`npx hardhat rollup:<task>\` or \`npx hardhat rollup <task>\`; Hardhat's own
options, \`--network\` among them, work with each.

${tasks.map(section).join("\n\n")}
`;
}

function section(task: NewTask): string {
  const { positionalArguments } = task;
  const usage = [
    `npx hardhat ${task.id.join(" ")}`,
    ...(Object.keys(task.options).length > 0 ? ["[options]"] : []),
    ...positionalArguments.map(({ name, isVariadic }) => (isVariadic ? `[${name} ...]` : `[${name}]`)),
  ].join(" ");
  const rows = [
    ...positionalArguments.map(({ name, description }) => `| \`${name}\` | ${cell(description)} | |`),
    ...Object.values(task.options).map(
      (option) => `| \`${flag(option)}\` | ${cell(option.description)} | ${defaultOf(option)} |`,
    ),
  ];
  const table = rows.length === 0 ? "" : `\n\n| | | default |\n|---|---|---|\n${rows.join("\n")}`;
  return `## ${task.id.join(" ")}\n\n${task.description}.\n\n\`\`\`sh\n${usage}\n\`\`\`${table}`;
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
