// Redis may be read and written by others, so nothing that comes out of it is believed as it stands: jobs, results and
// records carry a signature under the secret that the machines of a fleet share (HMAC-SHA256, RFC 2104). A signature is
// for one kind of content, and every content says what it belongs to, so that none passes for another.

import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { canonicalJson, type JsonValue } from "./canonical-json.ts";
import { FleetError, NotAuthenticError } from "./errors.ts";

/** What is signed: each has its own form. */
export type SignedKind = "job" | "result" | "failure" | "worker" | "strike" | "set-aside";

const minimumLength = 32;

const envelope = z.object({ content: z.string(), signature: z.string().regex(/^[0-9a-f]{64}$/) }).strict();

/** A content in JSON, and its signature, hex. */
export type Signed = z.infer<typeof envelope>;

export class FleetSecret {
  readonly #key: Buffer;
  /** Names the secret without telling it: 16 hexadecimal digits. Fleets of other secrets have other queues. */
  readonly fingerprint: string;

  /** @throws FleetError if it is too short to be a secret. */
  constructor(secret: string) {
    if (secret.length < minimumLength) {
      throw new FleetError("The fleet's secret is too short.", {
        expected: `at least ${minimumLength} characters`,
        given: `${secret.length} characters`,
        "what to do": "make one: openssl rand -hex 32; every machine of the fleet needs the same one",
      });
    }
    this.#key = createHmac("sha256", secret).update("hardhat-rollup fleet 1").digest();
    this.fingerprint = this.#mac("fingerprint", "").toString("hex").slice(0, 16);
  }

  sign(kind: SignedKind, value: JsonValue): Signed {
    const content = canonicalJson(value);
    return { content, signature: this.#mac(kind, content).toString("hex") };
  }

  /**
   * What was signed.
   *
   * @param schema - Its form, for texts that were signed by another version.
   * @throws NotAuthenticError if nobody with the secret signed it as this kind
   */
  open<T>(kind: SignedKind, signed: unknown, schema: z.ZodType<T, z.ZodTypeDef, unknown>): T {
    const parsed = envelope.safeParse(signed);
    if (!parsed.success) throw new NotAuthenticError(`A ${kind} is not signed.`);
    const { content, signature } = parsed.data;
    if (!timingSafeEqual(Buffer.from(signature, "hex"), this.#mac(kind, content))) {
      throw new NotAuthenticError(`The signature of a ${kind} is wrong.`, {
        digest: digestOf(parsed.data),
      });
    }
    const value = schema.safeParse(JSON.parse(content));
    if (value.success) return value.data;
    const [issue] = value.error.issues;
    throw new NotAuthenticError(`A ${kind} was signed by another version of this plugin.`, {
      field: issue?.path.join(".") ?? "",
      problem: issue?.message ?? "unknown",
    });
  }

  #mac(kind: string, content: string): Buffer {
    return createHmac("sha256", this.#key).update(`${kind}\n${content}`).digest();
  }
}

/** SHA-256 of what was signed, hex. */
export function digestOf({ content }: Signed): string {
  return createHash("sha256").update(content).digest("hex");
}
