// The other end of background.ts: what the file of a job calls.

import type { JobMessage } from "./background.ts";

/**
 * Takes the one request that the parent sends, runs `job` on it, answers and ends the process. The process also
 * ends when its parent does.
 */
export function serveJob<Request, Result>(
  job: (request: Request, report: (message: string) => void) => Promise<Result>,
): void {
  const send = (message: JobMessage<Result>, then?: () => void): void => {
    process.send?.(message, undefined, undefined, () => then?.());
  };
  const finish = (message: JobMessage<Result>): void => send(message, () => process.exit(0));
  process.once("disconnect", () => process.exit(1));
  process.once("message", ({ request }: { readonly request: Request }) => {
    job(request, (message) => send({ type: "progress", message })).then(
      (result) => finish({ type: "done", result }),
      (error: unknown) =>
        finish({ type: "failed", message: error instanceof Error ? error.message : String(error) }),
    );
  });
}
