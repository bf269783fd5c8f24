import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { TaskDefinition } from "hardhat/types/tasks";
import { errorOfTwo } from "./error-of-two.ts";
import type { EnvironmentOfTwo, HardhatTwo, TaskOfTwo } from "./hardhat-two.ts";

type NewTask = Extract<TaskDefinition, { readonly type: "NEW_TASK" }>;

/**
 * Adds tasks of Hardhat 3 to Hardhat 2: `["rollup", "deploy"]` is the task `deploy` of the scope `rollup`. A third
 * level, which Hardhat 2 does not have, is left out: `rollup ceremony new` is there as `rollup:ceremony new` only.
 */
export function addTasks(
  two: HardhatTwo,
  definitions: readonly TaskDefinition[],
  adapt: (hre: EnvironmentOfTwo) => HardhatRuntimeEnvironment,
): void {
  const descriptions = new Map(definitions.map(({ id, description }) => [id.join(" "), description ?? ""]));
  for (const definition of definitions) {
    if (definition.type !== "NEW_TASK") continue;
    const { id, description, action } = definition;
    const [first = "", second, ...deeper] = id;
    if (deeper.length > 0 || action === undefined) continue;
    const added =
      second === undefined
        ? two.task(first, description)
        : two.scope(first, descriptions.get(first) ?? "").task(second, description);
    addArguments(two, added, definition);
    added.setAction(async (args, hre) => {
      try {
        const { default: run } = await action();
        return await run(args, adapt(hre));
      } catch (error) {
        throw errorOfTwo(two, error);
      }
    });
  }
}

function addArguments(
  { types }: HardhatTwo,
  task: TaskOfTwo,
  { options, positionalArguments }: NewTask,
): void {
  const typeOf = (type: string) => (type === "INT" ? types.int : types.string);
  for (const { name, description, type, defaultValue } of Object.values(options)) {
    if (type === "FLAG") task.addFlag(name, description);
    else task.addOptionalParam(name, description, defaultValue, typeOf(type));
  }
  for (const { name, description, type, defaultValue, isVariadic } of positionalArguments) {
    if (isVariadic) task.addOptionalVariadicPositionalParam(name, description, defaultValue, typeOf(type));
    else task.addOptionalPositionalParam(name, description, defaultValue, typeOf(type));
  }
}
