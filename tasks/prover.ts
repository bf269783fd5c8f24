import path from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { ClientError } from "../plugin/client/errors.ts";
import { formatFleet } from "../plugin/console/fleet-table.ts";
import { interruptible } from "../plugin/console/interrupt.ts";
import { openLog } from "../plugin/console/log.ts";
import { Output, type OutputOptions } from "../plugin/console/output.ts";
import { requiredFleetAddress } from "../plugin/operator/fleet.ts";
import { type FleetAddress, FleetConnection } from "../plugin/prover/fleet/fleet-connection.ts";
import { FleetRegistry } from "../plugin/prover/fleet/fleet-registry.ts";
import { cancelJobs, fleetStatus, retrySetAside } from "../plugin/prover/fleet/fleet-status.ts";
import { FleetWorker } from "../plugin/prover/fleet/fleet-worker.ts";
import { serveMetrics } from "../plugin/prover/fleet/metrics.ts";
import { assertWorkerName } from "../plugin/prover/fleet/worker-name.ts";
import { localProver } from "../plugin/prover/local-prover.ts";

interface ProverArguments extends OutputOptions {
  readonly queue: string | undefined;
  readonly name: string | undefined;
  readonly workers: number;
  readonly metrics: number;
  readonly once: boolean;
  readonly status: boolean;
  readonly retry: string | undefined;
  readonly cancel: string | undefined;
  readonly pardon: string | undefined;
}

const prover: NewTaskActionFunction<ProverArguments> = async (args, hre) => {
  const output = new Output(args);
  const { status, retry, cancel, pardon } = args;
  const asked = [status, retry !== undefined, cancel !== undefined, pardon !== undefined];
  if (asked.filter(Boolean).length > 1) {
    throw new ClientError("These options do not go together.", {
      "one of": "--status, --retry, --cancel, --pardon",
      "what to do": "leave the others out; npx hardhat rollup:prover --help says what each is for",
    });
  }
  const address = await requiredFleetAddress(hre, args.queue);
  if (!asked.includes(true)) return await work(hre, address, args);
  const fleet = await FleetConnection.open(address);
  try {
    if (retry !== undefined) report(output, await retrySetAside(fleet, retry), retry, "is tried again");
    else if (cancel !== undefined) report(output, await cancelJobs(fleet, cancel), cancel, "is removed");
    else if (pardon !== undefined) {
      assertWorkerName(pardon);
      await new FleetRegistry(fleet).pardon(pardon);
      output.outcome({ value: { worker: pardon }, text: `${pardon} may join the fleet again.` });
    } else {
      const current = await fleetStatus(fleet);
      output.outcome({ value: current, text: formatFleet(current), wanted: true });
    }
  } finally {
    await fleet.close();
  }
};

async function work(
  { config }: HardhatRuntimeEnvironment,
  address: FleetAddress,
  { name, workers, metrics, once, ...options }: ProverArguments,
): Promise<void> {
  const log = openLog("info", options);
  const { folder, prover: local } = config.rollup;
  await interruptible(
    async (signal) => {
      const worker = await FleetWorker.start({
        ...address,
        prover: localProver(workers === 0 ? local : { ...local, workers }),
        cacheFolder: path.join(folder, "fleet"),
        name,
        once,
        onEvent: (message) => log.info(message),
        onWarning: (message) => log.warn(message),
      });
      signal.addEventListener("abort", () => void worker.stop(), { once: true });
      const served = metrics === 0 ? undefined : await serveMetrics(metrics, () => worker.record());
      const { workers: atOnce } = worker.record();
      log.info(
        `${worker.name} has joined the fleet, for ${atOnce} ${atOnce === 1 ? "proof" : "proofs"} at once`,
      );
      if (served !== undefined) log.info(`metrics: http://127.0.0.1:${served.port}/metrics`);
      try {
        await worker.ended;
      } finally {
        await worker.stop();
        await served?.close();
      }
      signal.throwIfAborted();
      const { done, failed } = worker.record();
      log.info(`nothing waits any more: ${done} done, ${failed} failed`);
    },
    () => "Stopped. What was under way is given back, for other workers.",
  );
}

/** @throws ClientError if it is none. */
function report(output: Output, jobs: readonly string[], wanted: string, outcome: string): void {
  if (jobs.length === 0 && wanted !== "all") {
    throw new ClientError("There is no such job, or a worker holds it.", {
      given: wanted,
      "what to do": "see npx hardhat rollup:prover --status",
    });
  }
  const text = jobs.length === 0 ? "There are none." : jobs.map((job) => `${job} ${outcome}`).join("\n");
  output.outcome({ value: { jobs }, text });
}

export default prover;
