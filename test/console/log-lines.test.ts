import { stripVTControlCharacters } from "node:util";
import { expect } from "chai";
import { pino } from "pino";
import { formatLogLine } from "../../plugin/console/log-lines.ts";

describe("formatLogLine", () => {
  function lineOf(write: (log: pino.Logger) => void): string {
    const lines: string[] = [];
    write(pino({ level: "trace" }, { write: (text: string) => void lines.push(text) }));
    return stripVTControlCharacters(formatLogLine(lines[0] ?? ""));
  }

  it("shows time, level, message and facts", () => {
    const line = lineOf((log) => log.info({ batchNumber: 5, batches: [1, 2] }, "batch sealed"));
    expect(line).to.match(/^\d\d:\d\d:\d\d info {2}batch sealed {2}batchNumber=5 {2}batches=\[1,2\]$/);
  });

  it("shows an error's text below, and facts of several lines in one", () => {
    const line = lineOf((log) =>
      log.error({ err: new Error("It is gone.\n  file: a"), problem: "x\n  y" }, "cannot prove"),
    );
    expect(line).to.match(/error cannot prove {2}problem=x; y\n {2}It is gone\.\n {4}file: a$/);
    expect(line).to.not.include("at ");
  });
});
