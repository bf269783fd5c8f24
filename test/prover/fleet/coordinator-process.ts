// A coordinator in a process of its own, which can be killed. Arguments: a CoordinatorProcessOptions in JSON. It prints a
// line for each step of a proof; the secret is in its environment.

import { FleetCoordinator } from "../../../plugin/prover/fleet/coordinator.ts";
import { FleetSecret } from "../../../plugin/prover/fleet/fleet-secret.ts";
import { secretVariable } from "../../../plugin/prover/fleet/secret-variable.ts";
import { SmallProofs } from "./fixture.ts";

export type CoordinatorProcessOptions = {
  readonly url: string;
  /** Where circuit and key are. */
  readonly folder: string;
  /** Of the proofs to ask for. */
  readonly numbers: readonly number[];
};

// Test runners load every file below test/.
if (process.argv[1] === import.meta.filename) await coordinate(JSON.parse(process.argv[2] ?? ""));

async function coordinate({ url, folder, numbers }: CoordinatorProcessOptions): Promise<void> {
  const small = await SmallProofs.in(folder);
  const coordinator = await FleetCoordinator.open({
    url,
    secret: new FleetSecret(process.env[secretVariable] ?? ""),
  });
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const ask = async (number: number): Promise<void> => {
    await coordinator.prove(small.request(number), { onProgress: (step) => say(`${number}: ${step}`) });
    say(`${number}: proven`);
  };
  await Promise.all(numbers.map(ask));
  await coordinator.close();
}
