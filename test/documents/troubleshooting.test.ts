import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import { contractErrorTexts } from "../../plugin/settlement/contract-error-texts.ts";
import { errorNames } from "./error-names.ts";

/** Names at the beginning of a table's row, or of a heading. */
function namesIn(text: string): string[] {
  const lines = text.split("\n").filter((line) => /^(\| `|#)/.test(line));
  const firstCells = lines.map((line) => (line.startsWith("#") ? line : (line.split("|")[1] ?? "")));
  return firstCells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name));
}

describe("docs/troubleshooting.md", function () {
  this.timeout(60_000);
  let text: string;
  before(async () => {
    text = await readFile(path.resolve(import.meta.dirname, "../../docs/troubleshooting.md"), "utf8");
  });

  it("names every error and every code that there is, and no other", async () => {
    const { classes, codes } = await errorNames();
    expect(classes.length).to.be.greaterThan(20);
    expect(codes.length).to.be.greaterThan(70);
    const wanted = new Set([...classes, ...codes, ...Object.keys(contractErrorTexts)]);
    const named = new Set(namesIn(text));
    expect(
      [...wanted].filter((name) => !named.has(name)),
      "missing",
    ).to.deep.equal([]);
    expect(
      [...named].filter((name) => !wanted.has(name)),
      "not there any more",
    ).to.deep.equal([]);
  });
});
