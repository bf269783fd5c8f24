import { expect } from "chai";
import { openLog } from "../../plugin/console/log.ts";

type Stream = "log" | "error";

/** What a log writes, by where: `log` to standard output, `error` to standard error. */
function written(...options: Parameters<typeof openLog>): Record<Stream, string[]> {
  const lines: Record<Stream, string[]> = { log: [], error: [] };
  const { log: print, error: complain } = console;
  console.log = (line: string) => void lines.log.push(line);
  console.error = (line: string) => void lines.error.push(line);
  try {
    const log = openLog(...options);
    log.debug("looking");
    log.info({ batchNumber: 5 }, "batch sealed");
    log.error({ err: new Error("It is gone.") }, "cannot prove");
  } finally {
    Object.assign(console, { log: print, error: complain });
  }
  return lines;
}

describe("openLog", () => {
  it("writes for people, from its level on", () => {
    const { log, error } = written("info", { json: false, quiet: false });
    expect(log).to.have.length(2);
    expect(log[0]).to.match(/info {2}batch sealed {2}batchNumber=5$/);
    expect(error).to.deep.equal([]);
    expect(written("debug", { json: false, quiet: false }).log).to.have.length(3);
  });

  it("writes a document of JSON a line for programs", () => {
    const { log, error } = written("info", { json: true, quiet: false });
    const events = log.map((line) => JSON.parse(line));
    expect(events.map(({ level, msg }) => [level, msg])).to.deep.equal([
      [30, "batch sealed"],
      [50, "cannot prove"],
    ]);
    expect(events[0]).to.include({ batchNumber: 5 });
    expect(error).to.deep.equal([]);
  });

  it("writes errors only where it is to be quiet: to standard error, or as JSON", () => {
    const people = written("debug", { json: false, quiet: true });
    expect(people.log).to.deep.equal([]);
    expect(people.error).to.have.length(1);
    expect(people.error[0]).to.include("cannot prove").and.to.include("It is gone.");
    const programs = written("info", { json: true, quiet: true });
    expect(programs.log.map((line) => JSON.parse(line).msg)).to.deep.equal(["cannot prove"]);
    expect(programs.error).to.deep.equal([]);
    expect(written("silent", { json: false, quiet: true }).error).to.deep.equal([]);
  });
});
