import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import { configReference } from "./config-reference.ts";
import { contractErrorTable, withContractErrors } from "./contract-errors.ts";
import { taskReference } from "./task-reference.ts";

// Documents that are made from the code: `npm run docs` writes them, the tests refuse old ones.

const folder = path.resolve(import.meta.dirname, "../../docs");
const writes = process.env.WRITE_DOCS === "1";

async function check(name: string, made: string): Promise<void> {
  const file = path.join(folder, name);
  if (writes) await writeFile(file, made);
  expect(await readFile(file, "utf8"), `docs/${name} is old: npm run docs`).to.equal(made);
}

describe("generated documents", () => {
  it("has every task with every option in docs/tasks.md", async () => {
    await check("tasks.md", taskReference());
  });

  it("has every field of the config in docs/config.md", async () => {
    await check("config.md", await configReference());
  });

  it("has every error of the contracts in docs/troubleshooting.md", async () => {
    const text = await readFile(path.join(folder, "troubleshooting.md"), "utf8");
    await check("troubleshooting.md", withContractErrors(text, contractErrorTable()));
  });
});
