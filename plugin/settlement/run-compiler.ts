import { type JobOptions, jobFile, runInBackground } from "../circuits/background.ts";
import { rollupCompiler } from "./compiler.ts";

/** What solc answers, as far as it is asked here. */
export interface CompilerOutput {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
  /** By source and name. */
  readonly contracts?: Readonly<Record<string, Readonly<Record<string, CompiledContract>>>>;
}

interface CompiledContract {
  readonly abi?: readonly object[];
  readonly evm: Readonly<Record<string, { readonly object: string }>>;
}

/**
 * Runs our compiler, with our settings, past every cache. What does not compile is in `errors`.
 *
 * @param outputSelection - As solc takes it: by source, by contract.
 */
export async function runCompiler(
  sources: Readonly<Record<string, { readonly content: string }>>,
  outputSelection: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
  options: JobOptions = {},
): Promise<CompilerOutput> {
  const settings = { ...rollupCompiler.settings, outputSelection };
  const input = JSON.stringify({ language: "Solidity", sources, settings });
  const job = jobFile(import.meta.url, "solc-job");
  return JSON.parse(await runInBackground<string>(job, input, options)) as CompilerOutput;
}
