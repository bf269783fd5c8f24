import { rm } from "node:fs/promises";
import path from "node:path";
import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { circuitName } from "../plugin/circuits/compile-shape.ts";
import { compileConfiguredShape, configuredShape } from "../plugin/client/open-rollup.ts";
import { interruptible } from "../plugin/console/interrupt.ts";
import { Output, type OutputOptions } from "../plugin/console/output.ts";
import { formatCount } from "../plugin/console/table.ts";
import { command } from "../plugin/operator/next-step.ts";
import { proofSystem } from "../plugin/prover/proof-systems.ts";

interface CompileArguments extends OutputOptions {
  readonly shapes: string[];
  readonly force: boolean;
}

const compile: NewTaskActionFunction<CompileArguments> = async ({ shapes, force, ...options }, hre) => {
  const output = new Output(options);
  const { folder, register, proofSystem: system } = hre.config.rollup;
  const { optimization } = proofSystem(system);
  const wanted = shapes.length > 0 ? shapes : [...register];
  for (const name of wanted) configuredShape(hre.config, name);
  const circuits: object[] = [];
  await interruptible(
    async (signal) => {
      await output.steps(
        wanted.map((name) => ({
          title: `Circuit of ${name}`,
          run: async ({ at }) => {
            const cached = path.join(folder, "circuits", circuitName(name, optimization));
            if (force) await rm(cached, { recursive: true, force: true });
            const onSetup = (_: string, message: string): void => at(message);
            const circuit = await compileConfiguredShape(hre, name, { signal, onSetup });
            const { constraints, rebuilt, r1csPath, r1csHash } = circuit;
            const reason = force ? "--force" : circuit.reason;
            circuits.push({ shape: name, constraints, rebuilt, reason, file: r1csPath, hash: r1csHash });
            const outcome = rebuilt ? `compiled, because: ${reason}` : reason;
            return `Circuit of ${name}: ${outcome}; ${formatCount(constraints)} constraints`;
          },
        })),
      );
      output.outcome({ value: { circuits }, next: command("setup") });
    },
    () => "Stopped. Circuits that were finished are kept.",
  );
};

export default compile;
