import { HardhatPluginError } from "@nomicfoundation/hardhat-errors";

/** Somebody has stopped what was under way, by Ctrl-C or a signal. */
class Interrupted extends HardhatPluginError {
  constructor() {
    super("hardhat-rollup", "Stopped.");
    this.name = "Interrupted";
  }
}

const signals = ["SIGINT", "SIGTERM"] as const;

/** Exit code of a program that a Ctrl-C has ended, by the shells' convention: 128 and the signal's number. */
const interruptedExitCode = 130;

/** After how long it is said that work which was stopped takes its time. */
const patienceMilliseconds = 1_000;

/**
 * Lets work be stopped: on the first Ctrl-C its signal is aborted and it can end in order; on the second the process
 * ends.
 *
 * @param work - To end soon once its signal is aborted.
 * @param onStopped - Called if it was stopped; what it says is printed.
 * @returns what `work` returns; undefined if it was stopped, with the exit code set to 130
 * @throws what `work` throws, unless it was stopped
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  onStopped: () => string,
): Promise<T | undefined> {
  const controller = new AbortController();
  let patience: NodeJS.Timeout | undefined;
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(interruptedExitCode);
    controller.abort(new Interrupted());
    patience = setTimeout(
      () => console.error("\nStopping. Ctrl-C again ends at once."),
      patienceMilliseconds,
    );
  };
  for (const signal of signals) process.on(signal, stop);
  try {
    return await work(controller.signal);
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    process.exitCode = interruptedExitCode;
    console.error(`\n${onStopped()}`);
    return undefined;
  } finally {
    clearTimeout(patience);
    for (const signal of signals) process.off(signal, stop);
  }
}
