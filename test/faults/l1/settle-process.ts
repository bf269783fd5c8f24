// A process of its own that takes over what is final on L1 and settles what is proven. Arguments: the node's URL, the
// folder of the stores, the deployment file.

import { readDeployment } from "../../../plugin/settlement/deployment.ts";
import { Operator } from "./operator.ts";

// Test runners load every file below test/.
if (process.argv[1] === import.meta.filename) await settleAll();

async function settleAll(): Promise<void> {
  const [url = "", folder = "", file = ""] = process.argv.slice(2);
  const operator = await Operator.start({ deployment: await readDeployment(file), url, folder });
  await operator.follower.step();
  await operator.settler.settle();
  await operator.stop();
  process.exit();
}
