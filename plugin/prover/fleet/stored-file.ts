import { z } from "zod";

/** A file by its content. */
export const storedFile = z
  .object({
    /** SHA-256, hex. */
    hash: z.string().regex(/^[0-9a-f]{64}$/),
    bytes: z.number().int().nonnegative(),
  })
  .strict();

export type StoredFile = z.infer<typeof storedFile>;

/** The content of a file: bytes at hand, or the path of a file. */
export type FileSource = Uint8Array | string;
