import { rm } from "node:fs/promises";
import path from "node:path";
import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { circuitName } from "../plugin/circuits/compile-shape.ts";
import { compileConfiguredShape, configuredShape } from "../plugin/client/open-rollup.ts";
import { interruptible } from "../plugin/console/interrupt.ts";
import { runSteps } from "../plugin/console/progress.ts";
import { formatCount } from "../plugin/console/table.ts";
import { command } from "../plugin/operator/next-step.ts";
import { proofSystem } from "../plugin/prover/proof-systems.ts";

interface CompileArguments {
  readonly shapes: string[];
  readonly force: boolean;
}

const compile: NewTaskActionFunction<CompileArguments> = async ({ shapes, force }, hre) => {
  const { folder, register, proofSystem: system } = hre.config.rollup;
  const { optimization } = proofSystem(system);
  const wanted = shapes.length > 0 ? shapes : [...register];
  for (const name of wanted) configuredShape(hre.config, name);
  await interruptible(
    async (signal) => {
      await runSteps(
        wanted.map((name) => ({
          title: `Circuit of ${name}`,
          run: async ({ at }) => {
            const cached = path.join(folder, "circuits", circuitName(name, optimization));
            if (force) await rm(cached, { recursive: true, force: true });
            const options = { signal, onSetup: (_: string, message: string) => at(message) };
            const circuit = await compileConfiguredShape(hre, name, options);
            const { constraints, rebuilt } = circuit;
            const reason = force ? "--force" : circuit.reason;
            const outcome = rebuilt ? `compiled, because: ${reason}` : reason;
            return `Circuit of ${name}: ${outcome}; ${formatCount(constraints)} constraints`;
          },
        })),
      );
      console.log(`\nNext: ${command("setup")}`);
    },
    () => "Stopped. Circuits that were finished are kept.",
  );
};

export default compile;
