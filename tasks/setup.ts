import { rm } from "node:fs/promises";
import path from "node:path";
import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { configuredShape, setUpConfiguredShape } from "../plugin/client/open-rollup.ts";
import { interruptible } from "../plugin/console/interrupt.ts";
import { runSteps } from "../plugin/console/progress.ts";
import { command } from "../plugin/operator/next-step.ts";
import { developmentKeyPath } from "../plugin/prover/keys/development-key.ts";
import { recordPathOf } from "../plugin/prover/proving-key.ts";
import { keysFolder } from "../plugin/prover/shape-setup.ts";

interface SetupArguments {
  readonly shapes: string[];
  readonly force: boolean;
}

const setup: NewTaskActionFunction<SetupArguments> = async ({ shapes, force }, hre) => {
  const { folder, register, proofSystem } = hre.config.rollup;
  const wanted = shapes.length > 0 ? shapes : [...register];
  for (const name of wanted) configuredShape(hre.config, name);
  const files: string[] = [];
  const fromCeremonies: string[] = [];
  const key = proofSystem === "simulated" ? "SIMULATED key" : `Development key (${proofSystem})`;
  await interruptible(
    async (signal) => {
      await runSteps(
        wanted.map((name) => ({
          title: `${key} and verifier of ${name}`,
          run: async ({ at }) => {
            const zkey = developmentKeyPath(keysFolder(folder), name, proofSystem);
            // Without its record, a key is made anew.
            if (force) await rm(recordPathOf(zkey), { force: true });
            const options = { signal, onSetup: (_: string, message: string) => at(message) };
            const setup = await setUpConfiguredShape(hre, name, options);
            files.push(setup.key.zkeyPath, setup.verifierPath);
            if (setup.fromCeremony) {
              fromCeremonies.push(name);
              return `Key from a ceremony (${proofSystem}) and verifier of ${name}: up to date`;
            }
            const reason = force ? "--force" : setup.key.reason;
            return `${key} and verifier of ${name}: ${setup.key.rebuilt ? `made, because: ${reason}` : reason}`;
          },
        })),
      );
      console.log(`\n${files.map((file) => path.relative(hre.config.paths.root, file)).join("\n")}`);
      if (fromCeremonies.length < wanted.length) {
        console.log(
          proofSystem === "simulated"
            ? "\nSIMULATED: nothing is proven, and anybody can write such proofs. For development chains only."
            : "\nINSECURE: whoever makes a development key can forge proofs. For development chains only.",
        );
      }
      console.log(`\nNext: ${command("deploy", "localhost")} (with npx hardhat node in another terminal)`);
    },
    () => "Stopped. What was finished is kept.",
  );
};

export default setup;
