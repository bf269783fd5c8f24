// The other end of background.ts: what the file of a job calls.

import type { JobMessage } from "./background.ts";

/**
 * Takes the one request that the parent sends, runs `job` on it and answers. The parent ends the process when it has
 * the answer; if the parent dies, the process ends by itself.
 */
export function serveJob<Request, Result>(
  job: (request: Request, report: (message: string) => void) => Promise<Result>,
): void {
  const send = (message: JobMessage<Result>): void => void process.send?.(message);
  process.once("disconnect", () => process.exit(1));
  process.once("message", ({ request }: { readonly request: Request }) => {
    job(request, (message) => send({ type: "progress", message })).then(
      (result) => send({ type: "done", result }),
      (error: unknown) => {
        const { message, name } = error instanceof Error ? error : new Error(String(error));
        send({ type: "failed", message, errorName: name });
      },
    );
  });
}
