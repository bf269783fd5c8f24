// A worker of a fleet that proves one batch at a time on one core, in a process of its own. Arguments: queue, secret,
// folder, name.

import { FleetSecret } from "../../plugin/prover/fleet/fleet-secret.ts";
import { FleetWorker } from "../../plugin/prover/fleet/fleet-worker.ts";
import { prove } from "../../plugin/prover/prove.ts";

const [url = "", secret = "", cacheFolder = "", name = ""] = process.argv.slice(2);
const worker = await FleetWorker.start({
  url,
  secret: new FleetSecret(secret),
  cacheFolder,
  name,
  prover: {
    workers: 1,
    prove: async (request, options) => await prove(request, { ...options, multiThread: false }),
  },
});
process.once("SIGTERM", () => void worker.stop());
process.send?.("ready");
await worker.ended;
process.disconnect?.();
