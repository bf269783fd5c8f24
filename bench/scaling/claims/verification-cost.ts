// Claim: the verifier's work does not depend on the size of the batch. Gas is exact, on the in-process chain with the
// contracts and proofs that a rollup has.

import path from "node:path";
import hardhatEthers from "@nomicfoundation/hardhat-ethers";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import { type Connection, firstSigner, openEphemeral } from "../../../plugin/client/open-rollup.ts";
import type { RollupClient } from "../../../plugin/client/rollup.ts";
import rollupPlugin from "../../../plugin/index.ts";
import { storedProof } from "../../../plugin/operator/proof-file.ts";
import { verificationGas } from "../../../plugin/operator/systems/verification-gas.ts";
import { packRows } from "../../../plugin/protocol/packed-rows.ts";
import type { Shape } from "../../../plugin/protocol/shape.ts";
import { decodeProof } from "../../../plugin/prover/groth16/proof.ts";
import { parseVerificationKey } from "../../../plugin/prover/groth16/verification-key.ts";
import { verifyProof } from "../../../plugin/prover/groth16/verify.ts";
import { rollupCompiler } from "../../../plugin/settlement/compiler.ts";
import { median, seconds } from "../../measure/seconds.ts";
import type { SettlementGas, SettlementPoint, VerificationClaim, VerificationPoint } from "../result.ts";

const shapeNames = ["tiny", "dev", "busy"] as const;
/** The shape that settlements of several batches are measured with: its proofs take a second. */
const settledShape = "dev";
const batchCounts = [1, 2, 4, 8];
const verifications = 5;
const tolerance = 0.01;
const one = 10n ** 18n;

export interface VerificationMeasurement {
  readonly points: readonly VerificationPoint[];
  readonly settlements: readonly SettlementPoint[];
}

export async function measureVerification(
  onProgress: (message: string) => void,
): Promise<VerificationMeasurement> {
  const points: VerificationPoint[] = [];
  let settlements: readonly SettlementPoint[] = [];
  for (const name of shapeNames) {
    onProgress(`verification: ${name}, circuit, key and contracts`);
    const hre = await createHardhatRuntimeEnvironment(
      {
        plugins: [hardhatEthers, rollupPlugin],
        solidity: { profiles: { default: rollupCompiler } },
        rollup: { register: [name], proofSystem: "groth16" },
      },
      {},
      path.resolve(import.meta.dirname, "..", "..", ".."),
    );
    const connection = (await hre.network.create()) as Connection;
    try {
      const { client, close } = await openEphemeral(hre, connection, { shapes: [name] });
      try {
        const shape = client.deployment.shapes[0]?.shape as Shape;
        const setting = { connection, client, shape };
        await openAccounts(setting);
        onProgress(`verification: ${name}, proofs`);
        points.push(await measurePoint(setting, name));
        if (name === settledShape) settlements = await measureSettlements(setting, onProgress);
      } finally {
        await close();
      }
    } finally {
      await connection.close();
    }
  }
  return { points, settlements };
}

export function verificationClaim({ points, settlements }: VerificationMeasurement): VerificationClaim {
  const gas = points.map(({ verifierGas }) => verifierGas);
  const inSettle = points.map(({ gasInSettle }) => gasInSettle);
  const spread = Math.max(spreadOf(gas), spreadOf(inSettle));
  const transfers = points.map((point) => point.transfers);
  return {
    claim: "verification is constant in batch size",
    bar: "gas of the verifier, called alone and within a settlement, at most 1 % apart",
    measured: `${(100 * spread).toFixed(2)} % apart for ${least(transfers)} to ${most(transfers)} transfers: ${least(gas)}${spread === 0 ? "" : ` to ${most(gas)}`} gas, ${least(inSettle)} within a settlement`,
    holds: spread <= tolerance,
    spread,
    points,
    settlements,
    settlementGas: settlementGas(settlements),
  };
}

function least(values: readonly number[]): string {
  return Math.min(...values).toLocaleString("en");
}

function most(values: readonly number[]): string {
  return Math.max(...values).toLocaleString("en");
}

/** What batches and rows cost, from settlements of one batch with different rows and of several alike. */
export function settlementGas(settlements: readonly SettlementPoint[]): SettlementGas {
  const single = settlements.filter(({ batches }) => batches === 1).sort((a, b) => a.rows - b.rows);
  const several = settlements.filter(({ batches }) => batches > 1).sort((a, b) => a.batches - b.batches);
  const [few, many, two, last] = [single[0], single.at(-1), several[0], several.at(-1)];
  if (few === undefined || many === undefined || two === undefined || last === undefined || two === last) {
    throw new RangeError("It takes two settlements of one batch and two of several.");
  }
  if (few.rows === many.rows) throw new RangeError("The gas of a row takes two batches that differ in rows.");
  const row = (many.gas - few.gas) / (many.rows - few.rows);
  const withoutRows = ({ gas, rows }: SettlementPoint): number => gas - row * rows;
  const firstBatch = withoutRows(few);
  const furtherBatch = (withoutRows(last) - withoutRows(two)) / (last.batches - two.batches);
  return {
    firstBatch,
    furtherBatch,
    aggregation: withoutRows(two) - firstBatch - (two.batches - 1) * furtherBatch,
    row,
    rowBytes: (many.rowBytes - few.rowBytes) / (many.rows - few.rows),
    batchBytes: (last.calldataBytes - last.rowBytes) / last.batches,
  };
}

interface Setting {
  readonly connection: Connection;
  readonly client: RollupClient;
  readonly shape: Shape;
}

/** As many accounts as the shape has slots for. */
async function openAccounts({ client, shape }: Setting): Promise<void> {
  for (let index = 0; index < shape.accounts; index++) {
    await client.deposit({ to: nameAt(index), amount: one });
  }
  await client.seal();
  await client.prove();
  await client.settleProven();
}

/** Seals a batch of transfers: `count` of them, between all accounts in turn, of two each. */
async function sealTransfers({ client, shape }: Setting, count: number): Promise<void> {
  for (let number = 0; number < count; number++) {
    const first = (2 * number) % shape.accounts;
    // Amounts with two digits, as people's.
    const amount = BigInt(11 + (number % 80)) * 10n ** 13n;
    await client.transfer({ from: nameAt(first), to: nameAt((first + 1) % shape.accounts), amount });
  }
  await client.seal();
}

async function measurePoint(setting: Setting, name: string): Promise<VerificationPoint> {
  const { connection, client, shape } = setting;
  await sealTransfers(setting, shape.transactions);
  const [proven] = await client.prove();
  const deployed = client.deployment.shapes[0];
  if (proven === undefined || deployed === undefined) throw new TypeError("There is nothing to measure.");
  const setup = await client.setup(name);
  const stored = storedProof(client, proven.batchNumber, setup.key.verificationKey);
  const inputs = [stored.commitment, stored.challenge, stored.evaluation] as const;
  const verifierGas = await verificationGas(
    await firstSigner(connection),
    deployed.verifier,
    stored.proof,
    inputs,
  );
  const key = parseVerificationKey(setup.key.verificationKey);
  const proof = decodeProof(stored.proof);
  const times: number[] = [];
  for (let time = 0; time < verifications; time++) {
    const [taken, valid] = await seconds(async () => verifyProof(key, inputs, proof));
    if (!valid) throw new Error(`A proof of ${name} is not valid.`);
    times.push(taken);
  }
  const { verifierGas: gasInSettle } = await settle(setting);
  return {
    shape: name,
    transfers: proven.transactions,
    rows: proven.accounts,
    constraints: proven.constraints ?? Number.NaN,
    verifierGas: Number(verifierGas),
    gasInSettle,
    verificationSeconds: median(times),
    witnessSeconds: proven.witnessSeconds ?? Number.NaN,
    proofSeconds: proven.proofSeconds ?? Number.NaN,
  };
}

async function measureSettlements(
  setting: Setting,
  onProgress: (message: string) => void,
): Promise<SettlementPoint[]> {
  const points: SettlementPoint[] = [];
  for (const [batches, transfers] of [
    ...batchCounts.map((count) => [count, 1] as const),
    [1, setting.shape.transactions] as const,
  ]) {
    onProgress(`verification: a settlement of ${batches} with ${transfers} transfers each`);
    for (let batch = 0; batch < batches; batch++) await sealTransfers(setting, transfers);
    await setting.client.prove();
    points.push(await settle(setting));
  }
  return points;
}

/** Settles all that is proven with one transaction. */
async function settle({ connection, client }: Setting): Promise<SettlementPoint> {
  const first = client.settledBatch + 1;
  const reports = await client.settleProven();
  const hashes = new Set(reports.map(({ transactionHash }) => transactionHash));
  const [hash] = hashes;
  if (hash === undefined || hashes.size !== 1) throw new Error(`${hashes.size} settlements instead of one.`);
  const transaction = await connection.ethers.provider.getTransaction(hash);
  const receipt = await connection.ethers.provider.getTransactionReceipt(hash);
  const rows = reports.map((_, position) => client.store.batch(first + position).rows);
  return {
    batches: reports.length,
    rows: rows.reduce((sum, each) => sum + each.length, 0),
    rowBytes: rows.reduce((sum, each) => sum + packRows(each).length / 2 - 1, 0),
    calldataBytes: (transaction?.data.length ?? Number.NaN) / 2 - 1,
    gas: Number(receipt?.gasUsed),
    verifierGas: await gasOfCalls(connection, hash, client.deployment.shapes[0]?.verifier ?? ""),
  };
}

interface Step {
  readonly op: string;
  readonly gas: number;
  readonly depth: number;
  readonly stack: readonly string[];
}

/** What the called contract spent on static calls of another one. */
async function gasOfCalls(connection: Connection, hash: string, target: string): Promise<number> {
  const trace = (await connection.provider.request({
    method: "debug_traceTransaction",
    params: [hash, { disableStorage: true, disableMemory: true }],
  })) as { structLogs: readonly Step[] };
  let gas = 0;
  trace.structLogs.forEach((step, position, steps) => {
    if (step.op !== "STATICCALL" || step.depth !== 1) return;
    // The address is the second from the top.
    if (BigInt(`0x${(step.stack.at(-2) ?? "0").replace("0x", "")}`) !== BigInt(target)) return;
    const after = steps.slice(position + 1).find(({ depth }) => depth === 1);
    gas += step.gas - (after?.gas ?? Number.NaN);
  });
  return gas;
}

/** How much more the largest is than the smallest, as a share. */
function spreadOf(values: readonly number[]): number {
  return Math.max(...values) / Math.min(...values) - 1;
}

function nameAt(index: number): string {
  return `account-${index}`;
}
