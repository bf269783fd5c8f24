import { execFileSync } from "node:child_process";
import { expect } from "chai";
import { shellWord } from "../../plugin/operator/next-step.ts";

describe("shellWord", () => {
  for (const value of [
    "alice",
    "#0",
    "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
    'two words, "quoted"',
    "$HOME `id` \\ it's",
  ]) {
    it(`is ${value} to a shell`, () => {
      const printed = execFileSync("sh", ["-c", `printf %s ${shellWord(value)}`], { encoding: "utf8" });
      expect(printed).to.equal(value);
    });
  }

  it("leaves plain words as they are", () => {
    expect(shellWord("alice")).to.equal("alice");
  });
});
