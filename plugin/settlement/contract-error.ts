import { Interface, isError, isHexString, type Result } from "ethers";
import { rollupAbi, tokenAbi } from "./abi.ts";
import { contractErrorTexts } from "./contract-error-texts.ts";
import { SettlementError } from "./errors.ts";

const knownErrors = new Interface([...rollupAbi, ...tokenAbi].filter((line) => line.startsWith("error ")));

/** A call that a contract refused. */
export class ContractError extends SettlementError {
  /** The error's name in Solidity, such as `RollupDepositEmpty`; `Error` for a plain text. */
  readonly errorName: string;
  /** Its arguments by their names in Solidity. */
  readonly errorArguments: Readonly<Record<string, unknown>>;

  constructor(action: string, name: string, args: Readonly<Record<string, unknown>>, cause?: Error) {
    const text = contractErrorTexts[name];
    super(
      text === undefined ? `The contract refused to ${action}.` : text.meaning,
      {
        ...(text === undefined ? {} : { "refused to": action }),
        error: name,
        ...Object.fromEntries(Object.entries(args).map(([argument, value]) => [argument, shown(value)])),
        ...(text === undefined ? {} : { "what to do": text.advice }),
      },
      cause,
    );
    this.name = "ContractError";
    this.errorName = name;
    this.errorArguments = args;
  }
}

/**
 * The same error, readable, if a contract caused it by a revert that says why; otherwise the error as it is.
 *
 * @param action - What was tried, to follow "refused to".
 */
export function readableError(action: string, error: unknown): unknown {
  const data = revertData(error);
  if (data === undefined) return error;
  const cause = error instanceof Error ? error : undefined;
  const parsed = parseError(data);
  if (parsed === null) return new ContractError(action, "unknown", { data }, cause);
  const names = parsed.fragment.inputs.map(({ name }, position) => name || `argument ${position}`);
  const args = Object.fromEntries(names.map((name, position) => [name, parsed.args[position] as unknown]));
  return new ContractError(action, parsed.name, args, cause);
}

/** Whether a call failed at the contract, and not on the way to it. */
export function isRefusedCall(error: unknown): boolean {
  return revertData(error) !== undefined || isError(error, "CALL_EXCEPTION") || isError(error, "BAD_DATA");
}

/**
 * What a contract reverted with. Chains and libraries put it in several places: `data`, an object at `data`, or an
 * error within the error.
 */
function revertData(error: unknown, levels = 6): string | undefined {
  if (levels === 0 || typeof error !== "object" || error === null) return undefined;
  const { data } = error as { data?: unknown };
  if (typeof data === "string" && isHexString(data)) return data;
  for (const inner of ["data", "error", "info", "cause", "parent"] as const) {
    const found = revertData((error as Record<string, unknown>)[inner], levels - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Includes Solidity's own `Error(string)` and `Panic(uint256)`. */
function parseError(data: string) {
  try {
    return knownErrors.parseError(data);
  } catch {
    return null; // Arguments that are not what the error's selector promises.
  }
}

function shown(value: unknown): string {
  if (!Array.isArray(value)) return String(value);
  const fields = Object.entries((value as Result).toObject());
  return fields.map(([name, field]) => `${name} ${shown(field)}`).join(", ");
}
