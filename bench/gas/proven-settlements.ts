import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { setUpConfiguredShape } from "../../plugin/client/open-rollup.ts";
import type { ShapeSetup } from "../../plugin/prover/shape-setup.ts";
import { buildVerifier } from "../../plugin/settlement/artifacts.ts";
import type { CircuitToDeploy } from "../../plugin/settlement/deploy.ts";
import type { WorkloadName } from "../workload/workload.ts";
import { MeasuredRollup, type MeasuringChain } from "./measured-rollup.ts";
import { type MeasuredShape, mostProven } from "./measured-shapes.ts";
import type { Crowd } from "./people.ts";
import { provenBatches, signingState } from "./proven-batches.ts";
import type { Settlement, Verification } from "./result.ts";
import { batchCounts, measureSettlement } from "./settlements.ts";

/**
 * Settlements with real proofs, and what verifying them takes.
 *
 * @param shapes - Of one depth and one number of accounts.
 * @param storage - Of a settlement, by its number of batches.
 */
export async function measureProven(
  hre: HardhatRuntimeEnvironment,
  chain: MeasuringChain,
  shapes: readonly MeasuredShape[],
  workloads: readonly WorkloadName[],
  storage: ReadonlyMap<number, number>,
  say: (message: string) => void,
): Promise<{ readonly settlements: readonly Settlement[]; readonly verification: readonly Verification[] }> {
  const setups: ShapeSetup[] = [];
  for (const { name } of shapes) {
    setups.push(
      await setUpConfiguredShape(hre, name, { onSetup: (shape, step) => say(`${shape}: ${step}`) }),
    );
  }
  const [first] = shapes;
  if (first === undefined) throw new Error("No shape is to be proven.");
  const { accounts } = first;
  // Whose accounts they are does not depend on who pays whom.
  const { root } = signingState({ workload: "random", amounts: "round", accounts }, first.shape.depth);
  const circuits: CircuitToDeploy[] = [];
  for (const setup of setups) circuits.push(await circuitOf(hre, setup));
  const rollup = await MeasuredRollup.deploy(chain, circuits, accounts + 1, root);

  const settlements: Settlement[] = [];
  const verification: Verification[] = [];
  for (const setup of setups) {
    const { name, shape, circuit } = setup;
    const most = mostProven[name] ?? 1;
    for (const workload of workloads) {
      const crowd: Crowd = { workload, amounts: "round", accounts };
      const registered = { name, shape, id: rollup.shapeId(name) };
      let made = 0;
      const proven = await provenBatches(crowd, registered, setup, rollup.deployment.domain, most, () => {
        made++;
        say(`${name}, ${workload}: ${made} of ${most} batches proven`);
      });
      for (const count of batchCounts.filter((count) => count <= most)) {
        const batches = proven.slice(0, count);
        const { gasUsed } = await rollup.undone(() => rollup.settle(batches));
        const accepted = await rollup.undone(async () => {
          await rollup.acceptAll();
          return await rollup.settle(batches);
        });
        const gas = gasUsed - accepted.gasUsed;
        const shares = { verification: gas, storage: storage.get(count) ?? Number.NaN };
        const settlement = await measureSettlement(rollup, name, crowd, batches, "groth16", shares);
        if (settlement === undefined) continue;
        settlements.push(settlement);
        const { transfers } = settlement;
        const { constraints } = circuit;
        verification.push({ shape: name, constraints, workload, batches: count, transfers, gas });
      }
    }
  }
  return { settlements, verification };
}

async function circuitOf(hre: HardhatRuntimeEnvironment, setup: ShapeSetup): Promise<CircuitToDeploy> {
  const { name, shape, circuit, key, verifierPath } = setup;
  return {
    name,
    shape,
    system: key.system,
    verifierArtifact: await buildVerifier(hre, verifierPath),
    keyHash: key.keyHash,
    circuitHash: circuit.contentHash,
    development: key.development,
  };
}
