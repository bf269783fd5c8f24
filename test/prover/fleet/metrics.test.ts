import { expect } from "chai";
import { FleetError } from "../../../plugin/prover/fleet/errors.ts";
import { serveMetrics } from "../../../plugin/prover/fleet/metrics.ts";
import { WorkerTotals } from "../../../plugin/prover/fleet/worker-totals.ts";
import { rejection } from "../../settlement/rejection.ts";

describe("Metrics of a worker", () => {
  it("are served in the text format of Prometheus, at /metrics only, and only to this machine", async () => {
    const totals = new WorkerTotals();
    totals.took(1.5);
    const figures = { witnessSeconds: 0.25, proofSeconds: 2, peakMemoryBytes: 1_000 };
    totals.proved({ proof: "0x", publicSignals: [], backend: "snarkjs", ...figures });
    totals.proved({ proof: "0x", publicSignals: [], backend: "snarkjs", ...figures, peakMemoryBytes: 10 });
    const served = await serveMetrics(0, () => totals.record("one", 2));
    try {
      const url = `http://127.0.0.1:${served.port}`;
      const text = await (await fetch(`${url}/metrics`)).text();
      for (const line of [
        "# TYPE hardhat_rollup_prover_jobs_done_total counter",
        'hardhat_rollup_prover_jobs_done_total{worker="one"} 2',
        'hardhat_rollup_prover_proof_seconds_total{worker="one"} 4',
        'hardhat_rollup_prover_queue_seconds_total{worker="one"} 1.5',
        'hardhat_rollup_prover_peak_memory_bytes{worker="one"} 1000',
      ]) {
        expect(text.split("\n")).to.include(line);
      }
      expect((await fetch(`${url}/`)).status).to.equal(404);
      const taken = await rejection(serveMetrics(served.port, () => totals.record("two", 1)));
      expect(taken).to.be.instanceOf(FleetError);
      expect(taken.message).to.include(`port: ${served.port}`);
    } finally {
      await served.close();
    }
  });
});
