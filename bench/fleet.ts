// Batches a minute of a fleet with two workers against one, each on one core, for the same batches:
//
//   npm run bench -- fleet [power] [--json]
//
// `speedup` is the throughput of two workers over that of one, in the same run. It needs redis-server.

import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { calculateWitness } from "../plugin/circuits/calculate-witness.ts";
import type { ProofRequest } from "../plugin/prover/backends/backend.ts";
import { FleetCoordinator } from "../plugin/prover/fleet/coordinator.ts";
import { FleetSecret } from "../plugin/prover/fleet/fleet-secret.ts";
import { ensureDevelopmentKey } from "../plugin/prover/keys/development-key.ts";
import { RedisServer } from "../test/prover/fleet/redis-server.ts";
import { compileChain } from "./measure/chain-circuit.ts";
import { rounded, seconds } from "./measure/seconds.ts";

const batches = 8;

const json = process.argv.includes("--json");
const power = Number(process.argv.slice(2).find((argument) => /^\d+$/.test(argument)) ?? 15);
const folder = await mkdtemp(path.join(os.tmpdir(), "hardhat-rollup-bench-"));
const server = await RedisServer.start();
try {
  const requests = await makeRequests();
  const rows = [];
  for (const workers of [1, 2]) {
    const time = await proveWith(workers, requests);
    rows.push({ workers, seconds: rounded(time), batchesPerMinute: rounded((60 * batches) / time) });
  }
  const [one, two] = rows;
  const speedup = rounded((one?.seconds ?? Number.NaN) / (two?.seconds ?? Number.NaN));
  if (json) console.log(JSON.stringify({ power, batches, cores: os.availableParallelism(), speedup, rows }));
  else {
    for (const { workers, seconds: time, batchesPerMinute } of rows) {
      console.log(
        `${workers} workers: ${batches} batches of 2^${power} in ${time} s, ${batchesPerMinute} a minute`,
      );
    }
    console.log(`speedup ${speedup} on ${os.availableParallelism()} cores`);
  }
} finally {
  await server.stop();
  await rm(folder, { recursive: true });
}

/** One to warm up with, then those that are measured. */
async function makeRequests(): Promise<ProofRequest[]> {
  const circuit = await compileChain(power, folder);
  const { r1csPath, wasmPath, wasmHash, name } = circuit;
  const key = await ensureDevelopmentKey({ r1csPath, name, outputFolder: folder });
  const requests: ProofRequest[] = [];
  for (let start = 0n; start <= batches; start++) {
    const input = { start };
    const { values } = await calculateWitness(wasmPath, input);
    const publicSignals = values.slice(1, 1 + circuit.publicSignals);
    requests.push({ key, witness: { program: { path: wasmPath, hash: wasmHash }, input }, publicSignals });
  }
  return requests;
}

/** Seconds for all batches; each worker has the files by then. Another secret is another queue. */
async function proveWith(workers: number, [first, ...rest]: readonly ProofRequest[]): Promise<number> {
  const secret = randomBytes(32).toString("hex");
  const coordinator = await FleetCoordinator.open({ url: server.url, secret: new FleetSecret(secret) });
  const processes = [];
  try {
    for (let number = 1; number <= workers; number++) {
      const file = path.join(import.meta.dirname, "measure", "single-core-worker.ts");
      const child = fork(file, [server.url, secret, path.join(folder, "cache"), `worker-${number}`]);
      processes.push(child);
      await once(child, "message");
    }
    if (first !== undefined) await coordinator.prove(first);
    const [time] = await seconds(() => Promise.all(rest.map((request) => coordinator.prove(request))));
    return time;
  } finally {
    for (const child of processes) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    await coordinator.close();
  }
}
