import { CeremonyError, type CeremonyErrorCode } from "../../../plugin/prover/ceremony/errors.ts";

/** What a step is refused with. Every refusal says what to do. */
export async function refused(code: CeremonyErrorCode, work: Promise<unknown>): Promise<CeremonyError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CeremonyError)) throw error ?? new Error(`Nothing was refused; expected ${code}.`);
  if (error.code !== code) throw new Error(`Expected ${code}, got ${error.code}: ${error.message}`);
  if (!error.message.includes("what to do: "))
    throw new Error(`It does not say what to do: ${error.message}`);
  return error;
}
