import { expect } from "chai";
import { ModuleWriter } from "../../../plugin/prover/curve/webassembly/module-writer.ts";
import { signatureRecords } from "../../../plugin/sequencer/signatures/signature-records.ts";
import { SignatureThread } from "../../../plugin/sequencer/signatures/signature-thread-client.ts";
import { domain } from "./forged-signatures.ts";

describe("SignatureThread", () => {
  it("that ends by itself fails what it owes, and everything after", async () => {
    const writer = new ModuleWriter();
    writer.function("nothing", 0);
    // The thread misses the functions of the kernel as soon as it starts.
    const thread = new SignatureThread(writer.compile(false));
    expect(thread.hasFailed).to.equal(false);
    const asked = thread.check(signatureRecords(domain, []));
    expect(thread.waiting).to.equal(1);
    const failure = await asked.catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(Error);
    expect(thread.hasFailed).to.equal(true);
    expect(thread.waiting).to.equal(0);
    const late = await thread.check(signatureRecords(domain, [])).catch((error: unknown) => error);
    expect(late).to.equal(failure);
    await thread.close(new Error("It is closed."));
  });
});
