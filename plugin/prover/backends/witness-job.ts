// A witness, in a process of its own.

import { serveJob } from "../../circuits/background-job.ts";
import type { WitnessSource } from "./backend.ts";
import { readWitness } from "./witness-source.ts";

serveJob<WitnessSource, Uint8Array>((source, report) => {
  report("witness");
  return readWitness(source);
});
