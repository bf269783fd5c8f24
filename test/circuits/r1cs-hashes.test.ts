import { cp, mkdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { compileCircuit } from "../../plugin/circuits/compile.ts";
import { compiledHash, recordedHashes, sha256, testedShapes, toolchain } from "./r1cs-hashes.ts";
import { scratchFolder } from "./scratch-folder.ts";

const circuitsFolder = fileURLToPath(new URL("../../circuits", import.meta.url));

describe("The r1cs of the built-in shapes", () => {
  for (const name of testedShapes) {
    it(`is the recorded one: ${name}`, async () => {
      const recorded = await recordedHashes();
      const advice =
        "The circuit changed, so keys made for it are worthless. If that is meant: npm run r1cs-hashes.";
      expect(toolchain(), advice).to.deep.equal({ compiler: recorded.compiler, library: recorded.library });
      expect(await compiledHash(name), advice).to.deep.equal(recorded.shapes[name]);
    });
  }
});

describe("What circom makes of the same sources", () => {
  const scratch = scratchFolder();
  const environment = { ...process.env };

  afterEach(() => {
    process.env = { ...environment };
  });

  const source = `pragma circom 2.2.0;

include "account.circom";
include "operation.circom";

component main = AccountSlot(1, 1, 1);
`;

  async function hashOf(name: string, includePaths: readonly string[]): Promise<string> {
    const outputFolder = path.join(scratch(), `output of ${name}`);
    const optimization = "O2";
    const { r1csPath } = await compileCircuit({
      source,
      name,
      includePaths,
      outputFolder,
      optimization,
    });
    return sha256(r1csPath);
  }

  it("depends neither on the folder, the name, the order of include paths, the locale nor the time zone", async () => {
    const elsewhere = path.join(scratch(), "a folder", "of another name");
    await cp(circuitsFolder, elsewhere, { recursive: true });
    const nothing = path.join(scratch(), "0 nothing");
    await mkdir(nothing);
    const here = await hashOf("account", [circuitsFolder]);
    Object.assign(process.env, { LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8", TZ: "Pacific/Kiritimati" });
    expect(await hashOf("anders", [nothing, elsewhere])).to.equal(here);
    expect(await hashOf("again", [elsewhere, nothing])).to.equal(here);
  });
});
