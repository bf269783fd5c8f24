import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const file = fileURLToPath(new URL("../docs/security.md", import.meta.url));

/** A link, and what is named right behind it: `statements` and "tests". */
const reference = /\[[^\]]*\]\(([^)]+)\)((?:,? (?:and )?(?:`[^`]+`|"[^"]+"))*)/g;

describe("docs/security.md", () => {
  it("names files, statements and tests that there are", async () => {
    const text = await readFile(file, "utf8");
    const references = [...text.matchAll(reference)];
    expect(references.length).to.be.greaterThan(80);
    const missing: string[] = [];
    for (const [, target = "", named = ""] of references) {
      const [name = "", heading] = target.split("#");
      const content = name === "" ? text : await readFile(path.join(path.dirname(file), name), "utf8");
      const headings = [...content.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) => anchorOf(title));
      if (heading !== undefined && !headings.includes(heading)) missing.push(target);
      for (const [, statement, test] of named.matchAll(/`([^`]+)`|"([^"]+)"/g)) {
        const wanted = statement ?? test ?? "";
        if (!content.includes(wanted)) missing.push(`${target}: ${wanted}`);
      }
    }
    expect(missing).to.be.empty;
  });
});

/** As GitHub makes it. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");
}
