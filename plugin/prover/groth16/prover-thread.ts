// One of the prover's threads in Node.js.

import { parentPort } from "node:worker_threads";
import { startWork } from "./prover-work.ts";
import { threadServer } from "./threads/serve-thread.ts";

const port = parentPort;
if (port === null) throw new Error("This file is the prover's thread, and no program.");
port.on(
  "message",
  threadServer(startWork, (report) => port.postMessage(report)),
);
