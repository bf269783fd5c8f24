// One of the prover's threads in a browser: a module worker.

import { startWork } from "./prover-work.ts";
import { threadServer } from "./threads/serve-thread.ts";
import type { ThreadReport } from "./threads/thread-message.ts";

/** The part of a worker's global scope that is needed; TypeScript describes it with the browser's types only. */
interface WorkerScope {
  postMessage(message: ThreadReport): void;
  onmessage: ((event: { readonly data: Parameters<typeof serve>[0] }) => void) | null;
}

const scope = globalThis as unknown as WorkerScope;
const serve = threadServer(startWork, (report) => scope.postMessage(report));
scope.onmessage = ({ data }) => serve(data);
