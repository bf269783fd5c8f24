// Milliseconds of a batch with simulated proofs, after the first: what a test waits for. A batch is two payments, sealed,
// checked against every constraint and settled on the in-process chain:
//
//   npm run bench -- simulated [shape] [--json]

import { cpus } from "node:os";
import path from "node:path";
import hardhatEthers from "@nomicfoundation/hardhat-ethers";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import rollupPlugin from "../plugin/index.ts";
import { rollupCompiler } from "../plugin/settlement/compiler.ts";
import { median, rounded, seconds } from "./measure/seconds.ts";

const batches = 20;

const json = process.argv.includes("--json");
const shape = process.argv.slice(2).find((argument) => !argument.startsWith("--")) ?? "tiny";
const hre = await createHardhatRuntimeEnvironment(
  {
    plugins: [hardhatEthers, rollupPlugin],
    solidity: { profiles: { default: rollupCompiler } },
    rollup: { register: [shape], proofSystem: "simulated" },
  },
  {},
  path.resolve(import.meta.dirname, ".."),
);
const connection = await hre.network.create();
const { rollup } = connection;
const times: Record<string, number[]> = {};

async function step<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  const [time, result] = await seconds(work);
  times[name] ??= [];
  times[name].push(1000 * time);
  return result;
}

try {
  const [first] = await seconds(async () => {
    await rollup.deposit({ to: "alice", amount: 1_000_000n });
    await rollup.deposit({ to: "bob", amount: 1_000_000n });
    await rollup.settle();
  });
  const before = process.cpuUsage();
  for (let batch = 0; batch < batches; batch++) {
    const begun = process.threadCpuUsage();
    await step("batch", async () => {
      await step("pay", async () => {
        await rollup.transfer({ from: "alice", to: "bob", amount: 7n });
        await rollup.transfer({ from: "bob", to: "alice", amount: 5n });
      });
      await step("seal", () => rollup.seal());
      const [report] = await step("prove", () => rollup.prove());
      await step("settle", () => rollup.settleProven());
      times.witness ??= [];
      times.witness.push(1000 * (report?.witnessSeconds ?? Number.NaN));
      times.constraints ??= [];
      times.constraints.push(1000 * (report?.proofSeconds ?? Number.NaN));
    });
    const { user, system } = process.threadCpuUsage(begun);
    times.processorOfMainThread ??= [];
    times.processorOfMainThread.push((user + system) / 1000);
  }
  const { user, system } = process.cpuUsage(before);
  const processor = rounded((user + system) / 1000 / batches);
  const medians = Object.fromEntries(
    Object.entries(times).map(([name, values]) => [name, rounded(median(values))]),
  );
  const worst = rounded(Math.max(...(times.batch ?? [])));
  if (json) {
    const result = {
      shape,
      batches,
      cores: cpus().length,
      firstSeconds: rounded(first),
      processor,
      worst,
      medians,
    };
    console.log(JSON.stringify({ ...result, unit: "milliseconds, median" }, undefined, 2));
  } else {
    console.log(`${shape}, simulated: first batch ${rounded(first)} s, with everything before it`);
    for (const [name, time] of Object.entries(medians)) console.log(`${name}: ${time} ms`);
    console.log(`slowest of ${batches}: ${worst} ms; of processors on average ${processor} ms`);
  }
} finally {
  await connection.close();
}
