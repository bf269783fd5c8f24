// A worker's figures for Prometheus, in its text format (version 0.0.4), on this machine only.

import { once } from "node:events";
import { createServer } from "node:http";
import { FleetError } from "./errors.ts";
import type { WorkerRecord } from "./fleet-registry.ts";

type Metric = { readonly name: string; readonly type: "counter" | "gauge"; readonly help: string };

/** @example formatMetrics(worker.record()) // hardhat_rollup_prover_jobs_done_total{worker="one"} 3 … */
function formatMetrics(record: WorkerRecord): string {
  const rows: [Metric, number][] = [
    [counter("jobs_done_total", "Proofs made"), record.done],
    [counter("jobs_failed_total", "Attempts that failed"), record.failed],
    [counter("jobs_refused_total", "Jobs refused because the fleet did not sign them"), record.refused],
    [counter("jobs_lost_total", "Jobs that went to another worker"), record.lost],
    [counter("proof_seconds_total", "Time of the proofs"), record.proofSeconds],
    [counter("witness_seconds_total", "Time of the witnesses"), record.witnessSeconds],
    [counter("queue_seconds_total", "Time that jobs had waited when they were taken"), record.queueSeconds],
    [gauge("jobs_active", "Proofs under way"), record.active],
    [gauge("workers", "Proofs at once, at most"), record.workers],
    [gauge("peak_memory_bytes", "Largest process of a proof"), record.peakMemoryBytes],
    [gauge("start_time_seconds", "When the worker was started, Unix time"), record.startedAt / 1_000],
  ];
  return rows
    .map(([{ name, type, help }, value]) => {
      const full = `hardhat_rollup_prover_${name}`;
      return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${full}{worker="${record.name}"} ${value}\n`;
    })
    .join("");
}

/**
 * Serves `GET /metrics` on 127.0.0.1.
 *
 * @param port - 0 for any that is free.
 * @returns the port, and what ends it
 * @throws FleetError if the port is taken
 */
export async function serveMetrics(
  port: number,
  record: () => WorkerRecord,
): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const found = request.method === "GET" && request.url === "/metrics";
    response.writeHead(found ? 200 : 404, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
    response.end(found ? formatMetrics(record()) : "Not found: GET /metrics\n");
  });
  server.listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (error) {
    throw new FleetError(
      "The metrics cannot be served.",
      { port, problem: (error as Error).message, "what to do": "choose another port with --metrics" },
      error as Error,
    );
  }
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function counter(name: string, help: string): Metric {
  return { name, type: "counter", help };
}

function gauge(name: string, help: string): Metric {
  return { name, type: "gauge", help };
}
