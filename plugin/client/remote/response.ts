import { z } from "zod/v4";
import { RemoteError, type RemoteErrorCode } from "./errors.ts";

const responseType = z.object({
  id: z.union([z.number(), z.string(), z.null()]),
  result: z.unknown(),
  error: z
    .object({
      code: z.number(),
      message: z.string(),
      data: z
        .object({ code: z.string() })
        .catchall(z.union([z.string(), z.number()]))
        .optional(),
    })
    .optional(),
});

export type Response = z.output<typeof responseType>;

/** A response as JSON-RPC 2.0 has it. Throws RemoteError `BAD_ANSWER`. */
export function readResponse(json: unknown): Response {
  const parsed = responseType.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new RemoteError("BAD_ANSWER", "The node's answer is not JSON-RPC 2.0.", {
    problem: z.prettifyError(parsed.error).replaceAll("\n", " "),
    "what to do": "check the address: it should be that of rollup:node",
  });
}

/** The result of a response. Throws RemoteError with the node's code. */
export function resultOf(method: string, { result, error }: Response): unknown {
  if (error === undefined) return result;
  const { code = "INTERNAL_ERROR", ...facts } = error.data ?? {};
  throw new RemoteError(code as RemoteErrorCode, error.message, { method, ...facts });
}
