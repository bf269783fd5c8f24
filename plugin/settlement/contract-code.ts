import type { JobOptions } from "../circuits/background.ts";
import { SettlementError } from "./errors.ts";
import { runCompiler } from "./run-compiler.ts";

/** The two codes of a contract, `0x` and digits. */
export interface ContractCode {
  /** What creates it, without constructor arguments. */
  readonly creation: string;
  /** What the chain keeps. */
  readonly runtime: string;
}

/**
 * Compiles a source with one contract and no imports, with our compiler and past every cache: what a contract on chain
 * is compared with.
 *
 * @throws SettlementError if it does not compile, or does not have exactly one contract.
 */
export async function compileSource(source: string, options: JobOptions = {}): Promise<ContractCode> {
  const output = await runCompiler(
    { "contract.sol": { content: source } },
    { "*": { "*": ["evm.bytecode.object", "evm.deployedBytecode.object"] } },
    options,
  );
  const contracts = Object.values(output.contracts?.["contract.sol"] ?? {});
  const [contract] = contracts;
  if (contract === undefined || contracts.length > 1) {
    const errors = output.errors?.filter(({ severity }) => severity === "error") ?? [];
    throw new SettlementError("A verifier's source cannot be compiled.", {
      contracts: contracts.length,
      compiler: errors.map(({ formattedMessage }) => formattedMessage).join("; ") || "no errors",
    });
  }
  const object = (kind: string): string => `0x${contract.evm[kind]?.object ?? ""}`;
  return { creation: object("bytecode"), runtime: object("deployedBytecode") };
}

/**
 * Whether two codes are the same but for the metadata that the compiler appends: hashes of the source's names, which
 * nothing executes, since no code before them jumps there.
 */
export function sameCode(left: string, right: string): boolean {
  const [one, other] = [withoutMetadata(left), withoutMetadata(right)];
  return one !== undefined && one === other;
}

/** Undefined for what does not end as the compiler's code does: metadata in CBOR, then its length in two bytes. */
function withoutMetadata(code: string): string | undefined {
  const length = Number.parseInt(code.slice(-4), 16);
  const end = code.length - 2 * (length + 2);
  // A map of two entries, "ipfs" and "solc".
  return end > 2 && code.slice(end, end + 12) === "a26469706673"
    ? code.slice(0, end).toLowerCase()
    : undefined;
}
