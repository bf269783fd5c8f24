// The other end of background.ts: what the file of a job calls.

import type { JobMessage } from "./background.ts";

/**
 * Takes the one request that the parent sends, runs `job` on it and answers. The process ends when the parent closes
 * the channel, as it does after the answer, or by ending itself.
 */
export function serveJob<Request, Result>(
  job: (request: Request, report: (message: string) => void) => Promise<Result>,
): void {
  const send = (message: JobMessage<Result>): void => void process.send?.(message);
  process.once("disconnect", () => process.exit(0));
  process.once("message", ({ request }: { readonly request: Request }) => {
    job(request, (message) => send({ type: "progress", message })).then(
      (result) => send({ type: "done", result }),
      (error: unknown) =>
        send({ type: "failed", message: error instanceof Error ? error.message : String(error) }),
    );
  });
}
