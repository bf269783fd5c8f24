import { expect } from "chai";
import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import { taskLanguage } from "../../plugin/hardhat2/task-language.ts";
import { rollupTasks } from "../../tasks/index.ts";

describe("taskLanguage", () => {
  it("makes the same definitions of the tasks as Hardhat 3's own", () => {
    const definitions = (language: typeof taskLanguage): unknown =>
      rollupTasks(language).map((definition) => ({
        ...definition,
        ...("action" in definition ? { action: String(definition.action) } : {}),
      }));
    expect(JSON.parse(JSON.stringify(definitions(taskLanguage)))).to.deep.equal(
      JSON.parse(JSON.stringify(definitions({ task, emptyTask, ArgumentType }))),
    );
  });
});
