import { rm } from "node:fs/promises";
import path from "node:path";
import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { configuredShape, setUpConfiguredShape } from "../plugin/client/open-rollup.ts";
import { interruptible } from "../plugin/console/interrupt.ts";
import { Output, type OutputOptions } from "../plugin/console/output.ts";
import { command } from "../plugin/operator/next-step.ts";
import { developmentKeyPath } from "../plugin/prover/keys/development-key.ts";
import { recordPathOf } from "../plugin/prover/proving-key.ts";
import { keysFolder, type ShapeSetup } from "../plugin/prover/shape-setup.ts";

interface SetupArguments extends OutputOptions {
  readonly shapes: string[];
  readonly force: boolean;
}

const setup: NewTaskActionFunction<SetupArguments> = async ({ shapes, force, ...options }, hre) => {
  const output = new Output(options);
  const { folder, register, proofSystem } = hre.config.rollup;
  const wanted = shapes.length > 0 ? shapes : [...register];
  for (const name of wanted) configuredShape(hre.config, name);
  const setups: ShapeSetup[] = [];
  const kind = proofSystem === "simulated" ? "SIMULATED key" : `Development key (${proofSystem})`;
  await interruptible(
    async (signal) => {
      await output.steps(
        wanted.map((name) => ({
          title: `${kind} and verifier of ${name}`,
          run: async ({ at }) => {
            const zkey = developmentKeyPath(keysFolder(folder), name, proofSystem);
            // Without its record, a key is made anew.
            if (force) await rm(recordPathOf(zkey), { force: true });
            const onSetup = (_: string, message: string): void => at(message);
            const made = await setUpConfiguredShape(hre, name, { signal, onSetup });
            setups.push(made);
            if (made.fromCeremony)
              return `Key from a ceremony (${proofSystem}) and verifier of ${name}: up to date`;
            const { rebuilt, reason } = made.key;
            const outcome = rebuilt ? `made, because: ${force ? "--force" : reason}` : reason;
            return `${kind} and verifier of ${name}: ${outcome}`;
          },
        })),
      );
      const relative = (file: string): string => path.relative(hre.config.paths.root, file);
      const files = setups.flatMap(({ key, verifierPath }) => [key.zkeyPath, verifierPath].map(relative));
      output.outcome({
        value: { keys: setups.map(summaryOf) },
        text: [
          files.join("\n"),
          ...warningOf(setups),
          "A chain that stays: npx hardhat node, in another terminal",
        ].join("\n\n"),
        next: command("deploy", "localhost"),
      });
    },
    () => "Stopped. What was finished is kept.",
  );
};

function summaryOf({ name, key, fromCeremony, verifierPath }: ShapeSetup) {
  const { system, keyHash, development, rebuilt, zkeyPath } = key;
  const verifier = verifierPath;
  return { shape: name, system, keyHash, development, fromCeremony, rebuilt, key: zkeyPath, verifier };
}

function warningOf(setups: readonly ShapeSetup[]): string[] {
  const [insecure] = setups.filter(({ key }) => key.development);
  if (insecure === undefined) return [];
  if (insecure.key.system === "simulated") {
    return ["SIMULATED: nothing is proven, and anybody can write such proofs. For development chains only."];
  }
  return ["INSECURE: whoever makes a development key can forge proofs. For development chains only."];
}

export default setup;
