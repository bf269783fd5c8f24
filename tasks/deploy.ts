import path from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { type Connection, isLive, setUpConfiguredShape } from "../plugin/client/open-rollup.ts";
import { verifyInstalledKey } from "../plugin/client/verified-key.ts";
import { interruptible } from "../plugin/console/interrupt.ts";
import { Output, type OutputOptions } from "../plugin/console/output.ts";
import type { Progress } from "../plugin/console/progress.ts";
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
import type { Token } from "../plugin/settlement/tokens.ts";

interface DeployArguments extends OutputOptions {
  readonly tokens: string;
}

const deploy: NewTaskActionFunction<DeployArguments> = async ({ tokens, ...options }, hre) => {
  const output = new Output(options);
  await withNetwork(hre, async (connection) => {
    requireLasting(hre, connection);
    const addresses = await readTokens(connection, tokens);
    const { file, deployment: found, stale } = await findDeployment(hre, connection);
    const relative = path.relative(hre.config.paths.root, file);
    if (stale !== undefined) {
      const why = `The rollup of ${relative} is not on this chain any more: the chain was started anew.`;
      output.note(`${why}\nA new one takes its place.`);
    }
    if (found !== undefined) output.note(`There is a rollup on ${connection.networkName} already.`);
    const deployment = found ?? (await deployAnew(hre, connection, file, output));
    if (deployment === undefined) return;
    let registered: readonly Token[] = [];
    const register = async (): Promise<string> => {
      registered = await registerTokens(connection, deployment, addresses);
      const names = registered.map(({ symbol, address }) => `${symbol} ${address}`);
      return names.length === 0 ? "Tokens: registered before" : `Registered ${names.join(", ")}`;
    };
    if (addresses.length > 0) await output.steps([{ title: "Register tokens", run: register }]);
    const assets = await new L1Rollup(deployment, connection.ethers.provider).tokens();
    const others = otherShapes(deployment, hre.config.rollup.register, relative);
    output.outcome({
      value: { ...deployment, file, isNew: found === undefined, assets, registered },
      text: [format(deployment, assets, relative), ...others].join("\n\n"),
      next: firstPayment(deployment),
    });
  });
};

async function deployAnew(
  hre: HardhatRuntimeEnvironment,
  connection: Connection,
  file: string,
  output: Output,
): Promise<Deployment | undefined> {
  await requireLiveKeys(hre, connection);
  const live = await isLive(connection);
  const setups = new Map<string, ShapeSetup>();
  const verified = new Map<string, VerifiedKey>();
  const setUp = async (name: string, signal?: AbortSignal): Promise<ShapeSetup> =>
    setups.get(name) ?? (await setUpConfiguredShape(hre, name, { signal }));
  let deployment: Deployment | undefined;
  await interruptible(
    (signal) =>
      output.steps([
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
      ]),
    () => "Stopped. If contracts were deployed, they are not written down and not used.",
  );
  return deployment;
}

function format(deployment: Deployment, assets: readonly Token[], file: string): string {
  const { network, chainId, rollup, blockNumber, depth, shapes } = deployment;
  const facts = formatFacts({
    network: `${network} (chain ${chainId})`,
    rollup: `${rollup}, block ${blockNumber}`,
    accounts: `at most ${formatCount(4 ** depth)}`,
    assets: assets.map(({ symbol }) => symbol).join(", "),
    file,
  });
  const columns = [{ title: "shape" }, { title: "proofs" }, { title: "verifier" }, { title: "key" }];
  const rows = shapes.map(({ name, system, verifier, development }) => {
    if (system === "simulated") return [name, "SIMULATED", verifier, "none: proves nothing"];
    return [name, system, verifier, development ? "development (INSECURE)" : "ceremony"];
  });
  return `${facts}\n\n${formatTable(columns, rows)}`;
}

function otherShapes({ shapes }: Deployment, register: readonly string[], file: string): string[] {
  const names = shapes.map(({ name }) => name);
  if (register.length === names.length && register.every((name) => names.includes(name))) return [];
  return [
    `The config registers ${register.join(", ")}, but a deployment's shapes are fixed. For others, delete ${file} and deploy again.`,
  ];
}

export default deploy;
