import type { NewTaskActionFunction } from "hardhat/types/tasks";
import { ClientError } from "../plugin/client/errors.ts";
import { configuredShape } from "../plugin/client/open-rollup.ts";
import { interruptible } from "../plugin/console/interrupt.ts";
import { Output, type OutputOptions } from "../plugin/console/output.ts";
import { formatSystems } from "../plugin/console/systems-table.ts";
import { advise, parseSystems } from "../plugin/operator/systems/advice.ts";
import { measureSystem } from "../plugin/operator/systems/measure.ts";
import { isMeasured, type SystemOutcome } from "../plugin/operator/systems/measurement.ts";
import { proofSystemNames } from "../plugin/prover/proof-system.ts";

interface SystemsArguments extends OutputOptions {
  readonly shape: string | undefined;
  readonly systems: string;
  readonly batches: number;
  readonly minutes: number;
}

const systems: NewTaskActionFunction<SystemsArguments> = async (
  { shape: named, systems: list, batches, minutes, ...options },
  hre,
) => {
  const output = new Output(options);
  const { register } = hre.config.rollup;
  const shape = named ?? (register[0] as string);
  configuredShape(hre.config, shape);
  const wanted = parseSystems(list, proofSystemNames);
  if (wanted === undefined) {
    throw new ClientError("There is no such proof system.", {
      option: "--systems",
      given: list,
      expected: `some of ${proofSystemNames.join(", ")}, separated by commas`,
    });
  }
  requirePositive("--batches", batches);
  requirePositive("--minutes", minutes);
  const outcomes: SystemOutcome[] = [];
  await interruptible(
    (signal) =>
      output.steps(
        wanted.map((system) => ({
          title: `${system} on ${shape}`,
          run: async ({ at }) => {
            const measuring = { signal, onProgress: at, limitSeconds: 60 * minutes };
            const outcome = await measureSystem(hre, shape, system, measuring);
            outcomes.push(outcome);
            if (!isMeasured(outcome)) return `${system} on ${shape}: does not fit`;
            return `${system} on ${shape}: proven in ${outcome.proofSeconds.toFixed(1)} s`;
          },
        })),
      ),
    () => {
      const kept = outcomes.length > 0 ? `\n\n${formatSystems(outcomes)}` : "";
      return `Stopped. Circuits and keys that were finished are kept.${kept}`;
    },
  );
  if (outcomes.length < wanted.length) return;
  const advice = advise(outcomes, batches);
  output.outcome({
    value: { shape, batchesPerDay: batches, outcomes, advice },
    text: `${formatSystems(outcomes)}\n\n${advice.join("\n")}`,
    wanted: true,
  });
};

function requirePositive(option: string, given: number): void {
  if (given > 0) return;
  throw new ClientError("The number has to be positive.", {
    option,
    given,
    "what to do": "npx hardhat rollup:systems --help",
  });
}

export default systems;
