import { expect } from "chai";
import { jobFile, runInBackground } from "../../plugin/circuits/background.ts";
import type { ExampleRequest } from "./example-job.ts";

const file = jobFile(import.meta.url, "example-job");

function run(request: ExampleRequest, options = {}): Promise<unknown> {
  return runInBackground(file, request, options).catch((error: unknown) => error);
}

describe("runInBackground", () => {
  it("gives back what the job returns, of any type that can be cloned", async () => {
    const value = { numbers: [1n, 2n], bytes: new Uint8Array([1, 2]), large: "x".repeat(1 << 20) };
    const messages: string[] = [];
    const onProgress = (message: string): unknown => messages.push(message);
    expect(await run({ does: "return", value }, { onProgress })).to.deep.equal(value);
    expect(messages).to.deep.equal(["started"]);
  });

  it("loses nobody's answer when many end together", async () => {
    const numbers = Array.from({ length: 8 }, (_, index) => index);
    expect(await Promise.all(numbers.map((value) => run({ does: "return", value })))).to.deep.equal(numbers);
  });

  it("passes on what the job throws", async () => {
    const error = await run({ does: "throw", value: "no such thing" });
    expect(error).to.be.an("error").with.property("name", "JobError");
    expect((error as Error).message).to.equal("no such thing");
  });

  it("reports a process that dies, with its last words", async () => {
    const error = await run({ does: "die", value: "out of luck" });
    expect(error).to.be.an("error").with.property("name", "JobError");
    expect((error as Error).message).to.match(/exit code 3[\s\S]*out of luck/);
  });

  it("ends a busy process when it is aborted", async () => {
    const controller = new AbortController();
    let pid = 0;
    const onProgress = (message: string): void => {
      if (message === "started") return;
      pid = Number(message);
      controller.abort(new Error("enough"));
    };
    const error = await run({ does: "spin", value: 0 }, { signal: controller.signal, onProgress });
    expect((error as Error).message).to.equal("enough");
    expect(() => process.kill(pid, 0)).to.throw("ESRCH");
  });

  it("does not start when it is aborted already", async () => {
    const error = await run({ does: "return", value: 1 }, { signal: AbortSignal.abort(new Error("never")) });
    expect((error as Error).message).to.equal("never");
  });
});
