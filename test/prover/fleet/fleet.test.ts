import path from "node:path";
import { expect } from "chai";
import { proofSystem } from "../../../plugin/prover/proof-systems.ts";
import { scratchFolder } from "../../circuits/scratch-folder.ts";
import { Fleet, SmallProofs } from "./fixture.ts";
import { redisServer } from "./redis-server.ts";

describe("A proving fleet", function () {
  this.timeout(120_000);
  const server = redisServer();
  const scratch = scratchFolder();
  const fleet = new Fleet(() => server().url, scratch);
  afterEach(() => fleet.end());
  let small: SmallProofs;

  before(async () => {
    small = await SmallProofs.in(scratch());
  });

  it("proves what it is asked for, elsewhere, and verifies it here", async () => {
    const coordinator = await fleet.coordinator();
    const worker = await fleet.worker({ name: "one" });
    const request = small.request(1);
    const steps: string[] = [];
    const result = await coordinator.prove(request, { onProgress: (step) => steps.push(step) });
    const { verificationKey } = small.key;
    expect(
      await proofSystem("groth16").verify(verificationKey, request.publicSignals, result.proof),
    ).to.equal(true);
    expect(result.publicSignals).to.deep.equal(request.publicSignals);
    expect(result.backend).to.equal("builtin on one");
    expect(steps).to.include("waiting for a worker").and.to.include("taken by a worker");
    expect(worker.record()).to.include({ done: 1, failed: 0, active: 0 });
  });

  for (const system of ["plonk", "simulated"] as const) {
    it(`proves by ${system}`, async () => {
      const proofs = await SmallProofs.in(path.join(scratch(), system), system);
      const coordinator = await fleet.coordinator();
      await fleet.worker();
      const request = proofs.request(1);
      const { proof } = await coordinator.prove(request);
      const { verificationKey } = proofs.key;
      const { publicSignals } = request;
      expect(await proofSystem(system).verify(verificationKey, publicSignals, proof)).to.equal(true);
    });
  }

  it("proves every batch exactly once though one worker is killed, one hangs, and one returns garbage", async () => {
    const numbers = [10, 11, 12, 13, 14, 15];
    const coordinator = await fleet.coordinator();
    const workers = [
      await fleet.process("killed", "slow"),
      await fleet.process("hung", "slow"),
      await fleet.process("liar", "garbage"),
    ] as const;
    const [killed, hung, liar] = workers;
    const proofs = Promise.all(numbers.map((number) => coordinator.prove(small.request(number))));
    proofs.catch(() => undefined);
    await Promise.all([killed.says("step "), hung.says("step ")]); // in mid-proof
    killed.signal("SIGKILL");
    hung.signal("SIGSTOP");
    await liar.says("ended: QuarantinedError");
    const honest = await fleet.process("honest", "honest");
    const results = await proofs;
    expect(results.map(({ publicSignals }) => publicSignals)).to.deep.equal(
      numbers.map((number) => small.request(number).publicSignals),
    );
    for (const { proof, publicSignals } of results) {
      expect(await proofSystem("groth16").verify(small.key.verificationKey, publicSignals, proof)).to.equal(
        true,
      );
    }
    expect(
      fleet.warnings.filter((line) => line.includes("worker liar does not verify")),
    ).to.have.length.above(2);
    hung.signal("SIGCONT");
    await hung.says("went to another worker");
    expect(honest.lines.filter((line) => line.includes("done in"))).to.have.length(6);
    expect(hung.lines.join()).to.not.include("done in");
    hung.signal("SIGTERM");
    expect(await hung.end()).to.equal(0);
  });
});
