import { rm } from "node:fs/promises";
import path from "node:path";
import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { compileShape } from "../plugin/circuits/compile-shape.ts";
import { configuredShape } from "../plugin/client/open-rollup.ts";
import { interruptible } from "../plugin/console/interrupt.ts";
import { runSteps } from "../plugin/console/progress.ts";
import { formatCount } from "../plugin/console/table.ts";
import { command } from "../plugin/operator/next-step.ts";

interface CompileArguments {
  readonly shapes: string[];
  readonly force: boolean;
}

const compile: NewTaskActionFunction<CompileArguments> = async ({ shapes, force }, { config }) => {
  const { folder, register } = config.rollup;
  const wanted = (shapes.length > 0 ? shapes : [...register]).map((name) => {
    return { name, shape: configuredShape(config, name) };
  });
  await interruptible(
    async (signal) => {
      await runSteps(
        wanted.map(({ name, shape }) => ({
          title: `Circuit of ${name}`,
          run: async ({ at }) => {
            if (force) await rm(path.join(folder, "circuits", name), { recursive: true, force: true });
            const circuit = await compileShape({ name, shape, folder, signal, onProgress: at });
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
