import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import { scratchFolder } from "../scratch-folder.ts";
import { inspect } from "./circom-inspect.ts";
import { circomspect, type Finding } from "./circomspect.ts";
import { readSources, type Sources, simplified } from "./circuit-sources.ts";
import { complaints } from "./comparison.ts";
import { readDeclarations } from "./declarations.ts";
import { silenced } from "./silenced.ts";

describe("The lint of the circuits", () => {
  const scratch = scratchFolder();
  let sources: Sources;

  before(async () => {
    sources = await readSources();
  });

  const replaced = (file: string, statement: string, by: string): Sources => {
    const text = sources.get(file) ?? "";
    expect(text.split(statement), statement).to.have.length(2);
    return new Map([...sources, [file, text.replace(statement, by)]]);
  };

  const lint = async (changed: Sources): Promise<string[]> =>
    complaints(changed, await circomspect(await simplified(changed)), silenced);

  it("finds a signal of a bus, in a template with anonymous components in loops, that is no longer pinned", async () => {
    const found = await lint(replaced("transaction.circom", "exit.amount <==", "exit.amount <--"));
    expect(found).not.to.be.empty;
    for (const complaint of found) expect(complaint).to.contain("exit.amount <-- message.amount;");
  });

  it("says which silencing there is no finding for any more", async () => {
    const statement = "signal assetInverse <-- used == 1 ? 1 / asset : 0;";
    const found = await lint(replaced("transaction.circom", statement, "signal assetInverse <== asset;"));
    expect(found).to.have.length(2);
    expect(found.join()).to.contain("silenced, but not found any more").and.to.contain(statement);
  });

  it("silences one finding of a kind on a line, not two", async () => {
    const findings = await circomspect(await simplified(sources));
    const again = findings.find(({ code }) => code === "CS0010") as Finding;
    expect(complaints(sources, findings, silenced)).to.be.empty;
    expect(complaints(sources, [...findings, again], silenced)).to.have.length(1);
  });

  it("fails if circomspect passes over a template", async () => {
    // Anonymous components in loops are what it cannot read.
    const raw = "template Seen() { signal input x; x * x === x; }\n";
    const skipped =
      "template Skipped() { signal input y[2]; for (var i = 0; i < 2; i++) { Seen()(y[i]); } }\n";
    const changed = new Map([["raw.circom", `pragma circom 2.1.0;\n${raw}${skipped}`]]);
    const error = await circomspect(changed).catch((reason: Error) => reason);
    expect(error).to.be.an.instanceOf(Error);
    expect((error as Error).message)
      .to.contain("Skipped of raw.circom")
      .and.not.to.contain("Seen of");
  });

  it("hears what circom's --inspect says, of templates of ours", async () => {
    const forgetful = (name: string): string =>
      `template ${name}() { signal input a; signal input unused; signal output b; b <== a * a; }\n`;
    const source = `pragma circom 2.2.0;\n${forgetful("Ours")}${forgetful("Theirs")}
template Main() { signal input x; signal output y; signal z <== Ours()(x, x); y <== Theirs()(z, z); }
component main = Main();\n`;
    await writeFile(path.join(scratch(), "main.circom"), source);
    const ours = new Set(
      [...readDeclarations([source]).templates.keys()].filter((name) => name !== "Theirs"),
    );
    const { warnings, size } = await inspect(scratch(), ours);
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.contain('In template "Ours()"').and.to.contain("unused");
    expect(size).to.deep.equal({ constraints: 2, wires: 4 });
  });
});
