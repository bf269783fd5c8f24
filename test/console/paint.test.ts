import { expect } from "chai";
import { paint } from "../../plugin/console/paint.ts";

describe("paint", () => {
  const names = ["NO_COLOR", "FORCE_COLOR", "TERM"] as const;
  const before = Object.fromEntries(names.map((name) => [name, process.env[name]]));

  function set(environment: Readonly<Record<string, string | undefined>>): void {
    for (const name of names) {
      const value = environment[name];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
  afterEach(() => set(before));

  const plain = "text";
  const red = "\u001b[31mtext\u001b[39m";
  const cases: readonly (readonly [string, Record<string, string>, boolean, string])[] = [
    ["on a terminal", {}, true, red],
    ["not in a file or a pipe", {}, false, plain],
    ["not with NO_COLOR", { NO_COLOR: "1" }, true, plain],
    ["with an empty NO_COLOR, which says nothing", { NO_COLOR: "" }, true, red],
    ["in a pipe with FORCE_COLOR", { FORCE_COLOR: "1" }, false, red],
    ["not with FORCE_COLOR=0", { FORCE_COLOR: "0" }, true, plain],
    ["not with both: whoever wants no colors has a reason", { NO_COLOR: "1", FORCE_COLOR: "1" }, true, plain],
    ["not on a terminal that has none", { TERM: "dumb" }, true, plain],
  ];
  for (const [name, environment, isTTY, expected] of cases) {
    it(`shows colors ${name}`, () => {
      set(environment);
      expect(paint("red", "text", { isTTY })).to.equal(expected);
    });
  }
});
