import { expect } from "chai";
import hre from "hardhat";

const names = [
  "init",
  "compile",
  "setup",
  "deploy",
  "send",
  "sequence",
  "node",
  "prove",
  "prover",
  "verify",
  "settle",
  "status",
  "sync",
  "exit",
  "escape",
  "systems",
];

describe("tasks", () => {
  for (const name of names) {
    it(`has "rollup ${name}" and the same as "rollup:${name}"`, () => {
      const nested = hre.tasks.getTask(["rollup", name]);
      const alias = hre.tasks.getTask(`rollup:${name}`);
      expect(nested.description).to.equal(alias.description);
      expect([...nested.options]).to.deep.equal([...alias.options]);
      expect(nested.positionalArguments).to.deep.equal(alias.positionalArguments);
    });

    it(`loads the action of "rollup ${name}"`, async () => {
      const [{ action }] = hre.tasks.getTask(["rollup", name]).actions;
      expect((await action?.())?.default).to.be.a("function");
    });
  }

  it("says what an empty `rollup` is for", () => {
    const task = hre.tasks.getTask("rollup");
    expect(task.isEmpty).to.equal(true);
    expect([...task.subtasks.keys()]).to.have.members([...names, "ceremony"]);
  });

  for (const parent of [["rollup", "ceremony"], ["rollup:ceremony"]]) {
    it(`has the steps of a ceremony under "${parent.join(" ")}"`, async () => {
      const task = hre.tasks.getTask(parent);
      expect(task.isEmpty).to.equal(true);
      const steps = ["new", "contribute", "beacon", "verify", "export"];
      expect([...task.subtasks.keys()]).to.have.members(steps);
      for (const step of steps) {
        const [{ action }] = hre.tasks.getTask([...parent, step]).actions;
        expect((await action?.())?.default).to.be.a("function");
      }
    });
  }
});
