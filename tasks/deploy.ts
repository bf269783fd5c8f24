import path from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { type Connection, isLive, setUpConfiguredShape } from "../plugin/client/open-rollup.ts";
import { verifyInstalledKey } from "../plugin/client/verified-key.ts";
import { interruptible } from "../plugin/console/interrupt.ts";
import { type Progress, runSteps } from "../plugin/console/progress.ts";
import { formatCount, formatFacts, formatTable } from "../plugin/console/table.ts";
import {
  deployToFile,
  findDeployment,
  readTokens,
  registerTokens,
  requireLiveKeys,
} from "../plugin/operator/ensure-deployment.ts";
import { firstPayment, requireLasting } from "../plugin/operator/next-step.ts";
import { withNetwork } from "../plugin/operator/with-deployed.ts";
import type { VerifiedKey } from "../plugin/prover/ceremony/verified-key.ts";
import type { ShapeSetup } from "../plugin/prover/shape-setup.ts";
import type { Deployment } from "../plugin/settlement/deployment.ts";
import { L1Rollup } from "../plugin/settlement/l1.ts";

interface DeployArguments {
  readonly tokens: string;
}

const deploy: NewTaskActionFunction<DeployArguments> = async ({ tokens }, hre) => {
  await withNetwork(hre, async (connection) => {
    requireLasting(hre, connection);
    const addresses = await readTokens(connection, tokens);
    const { file, deployment: found, stale } = await findDeployment(hre, connection);
    const relative = path.relative(hre.config.paths.root, file);
    if (stale !== undefined) {
      console.log(`The rollup of ${relative} is not on this chain any more: the chain was started anew.`);
      console.log("A new one takes its place.\n");
    }
    if (found !== undefined) console.log(`There is a rollup on ${connection.networkName} already.\n`);
    const deployment = found ?? (await deployAnew(hre, connection, file));
    if (deployment === undefined) return;
    const registered = await registerTokens(connection, deployment, addresses);
    await print(hre, connection, deployment, relative);
    for (const { symbol, address } of registered) console.log(`\nRegistered ${symbol} ${address}`);
    console.log(`\nNext: ${firstPayment(deployment)}`);
  });
};

async function deployAnew(
  hre: HardhatRuntimeEnvironment,
  connection: Connection,
  file: string,
): Promise<Deployment | undefined> {
  await requireLiveKeys(hre, connection);
  const live = await isLive(connection);
  const setups = new Map<string, ShapeSetup>();
  const verified = new Map<string, VerifiedKey>();
  const setUp = async (name: string, signal?: AbortSignal): Promise<ShapeSetup> =>
    setups.get(name) ?? (await setUpConfiguredShape(hre, name, { signal }));
  let deployment: Deployment | undefined;
  await interruptible(
    async (signal) => {
      await runSteps([
        ...hre.config.rollup.register.map((name) => ({
          title: `Circuit, key and verifier of ${name}`,
          run: async () => {
            const setup = await setUp(name, signal);
            setups.set(name, setup);
            const made = [
              ...(setup.circuit.rebuilt ? ["circuit"] : []),
              ...(setup.key.rebuilt ? ["key"] : []),
            ];
            const origin = setup.fromCeremony ? "; its key is from a ceremony" : "";
            return `Circuit, key and verifier of ${name}: ${made.length === 0 ? "up to date" : `made ${made.join(" and ")}`}${origin}`;
          },
        })),
        ...(live ? hre.config.rollup.register : []).map((name) => ({
          title: `Key of ${name}, made again from circuit and powers of tau`,
          run: async ({ at }: Progress) => {
            const { circuit } = await setUp(name, signal);
            const key = await verifyInstalledKey(hre.config, name, circuit, { signal, onProgress: at });
            verified.set(name, key);
            const people = key.origin.contributions.map((contribution) => contribution.name).join(", ");
            return `Key of ${name}, made again from circuit and powers of tau: it is the same${people === "" ? "" : `; by ${people}`}`;
          },
        })),
        {
          title: `Contracts on ${connection.networkName}`,
          run: async ({ at, done }) => {
            at("building");
            deployment = await deployToFile(hre, connection, file, {
              signal,
              setUp,
              verifyKey: async (name, { circuit }) =>
                verified.get(name) ?? (await verifyInstalledKey(hre.config, name, circuit, { signal })),
              onStep: ({ contract, gasUsed }) => done(`  ${contract}: ${formatCount(gasUsed)} gas`),
            });
            return `Contracts on ${connection.networkName}: deployed`;
          },
        },
      ]);
      console.log("");
    },
    () => "Stopped. If contracts were deployed, they are not written down and not used.",
  );
  return deployment;
}

async function print(
  { config }: HardhatRuntimeEnvironment,
  connection: Connection,
  deployment: Deployment,
  file: string,
): Promise<void> {
  const tokens = await new L1Rollup(deployment, connection.ethers.provider).tokens();
  const { network, chainId, rollup, blockNumber, depth, shapes } = deployment;
  console.log(
    formatFacts({
      network: `${network} (chain ${chainId})`,
      rollup: `${rollup}, block ${blockNumber}`,
      accounts: `at most ${formatCount(4 ** depth)}`,
      assets: tokens.map(({ symbol }) => symbol).join(", "),
      file,
    }),
  );
  const columns = [{ title: "shape" }, { title: "proofs" }, { title: "verifier" }, { title: "key" }];
  const rows = shapes.map(({ name, system, verifier, development }) => {
    if (system === "simulated") return [name, "SIMULATED", verifier, "none: proves nothing"];
    return [name, system, verifier, development ? "development (INSECURE)" : "ceremony"];
  });
  console.log(`\n${formatTable(columns, rows)}`);
  const names = shapes.map(({ name }) => name);
  const { register } = config.rollup;
  if (register.length === names.length && register.every((name) => names.includes(name))) return;
  console.log(
    `\nThe config registers ${register.join(", ")}, but a deployment's shapes are fixed. For others, delete ${file} and deploy again.`,
  );
}

export default deploy;
