import type { FleetStatus, JobSetAside } from "../prover/fleet/fleet-status.ts";
import { formatCount, formatFacts, formatTable } from "./table.ts";

const titles = [
  "proofs at once",
  "done",
  "failed",
  "refused",
  "lost",
  "strikes",
  "proof s",
  "waited s",
  "peak MB",
];

/** The status of a fleet for people. */
export function formatFleet(status: FleetStatus): string {
  const { queue, jobs, memory, refused, workers, setAside } = status;
  const megabytes = (bytes: number): string => `${formatCount(Math.round(bytes / 1e6))} MB`;
  const facts = formatFacts({
    queue,
    jobs: `${jobs.waiting} waiting, ${jobs.active} with workers, ${jobs.delayed} for another attempt, ${jobs.done} done, ${jobs.setAside} set aside`,
    "Redis memory": `${megabytes(memory.used)} of ${memory.limit === 0 ? "no limit" : megabytes(memory.limit)}`,
    ...Object.fromEntries(
      Object.entries(refused).map(([worker, times]) => [`refused from ${worker}`, times]),
    ),
  });
  const rows = workers.map((worker) => [
    worker.name,
    worker.state,
    ...[worker.workers, worker.done, worker.failed, worker.refused, worker.lost, worker.strikes].map(
      formatCount,
    ),
    ...[worker.proofSeconds, worker.queueSeconds].map((seconds) => seconds.toFixed(1)),
    formatCount(Math.round(worker.peakMemoryBytes / 1e6)),
  ]);
  const columns = [
    { title: "worker" },
    { title: "state" },
    ...titles.map((title) => ({ title, align: "right" as const })),
  ];
  const table = rows.length === 0 ? "No worker has been there." : formatTable(columns, rows);
  return [facts, table, ...setAside.map(formatSetAside)].join("\n\n");
}

function formatSetAside({ job, circuit, reason, failures }: JobSetAside): string {
  const lines = failures.map(({ worker, times, reason: why }) => `  ${worker}, ${times} times: ${why}`);
  return [`Set aside: ${job} (${circuit ?? "circuit unknown"}): ${reason}`, ...lines].join("\n");
}
