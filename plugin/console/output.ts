import { type ProgressTarget, runSteps, type Step } from "./progress.ts";
import { stringifyExact } from "./table.ts";

export type OutputOptions = {
  /** Standard output is JSON, for programs, and nothing else: progress goes to standard error. */
  readonly json: boolean;
  /** Nothing but errors, and what was asked for. */
  readonly quiet: boolean;
};

/** What has come of a task. */
export type Outcome = {
  /** For programs. Big integers become decimal strings. */
  readonly value: object;
  /** The same for people, beyond what the steps have said. */
  readonly text?: string | undefined;
  /** The command to type next. */
  readonly next?: string | undefined;
  /** Whether the text is what the task was asked for, so that `--quiet` leaves it. Default false. */
  readonly wanted?: boolean;
};

/** What a task prints: its progress while it works, then what has come of it, once. */
export class Output {
  readonly #options: OutputOptions;
  #hasPrinted = false;

  constructor(options: OutputOptions) {
    this.#options = options;
  }

  /** Where progress goes. */
  get progress(): ProgressTarget {
    const { json, quiet } = this.#options;
    if (quiet) return "nowhere";
    return json ? "stderr" : "stdout";
  }

  /** Runs steps one after another and shows them. Throws what a step throws. */
  async steps(steps: readonly Step[]): Promise<void> {
    this.#hasPrinted = true;
    await runSteps(steps, { progress: this.progress });
  }

  /** What people should know before the outcome, which tells programs. */
  note(text: string): void {
    if (this.progress !== "stdout") return;
    this.#paragraph(text);
  }

  /** Prints what has come of the task, for people with the command to type next. */
  outcome({ value, text, next, wanted = false }: Outcome): void {
    const { json, quiet } = this.#options;
    if (json) console.log(stringifyExact(next === undefined ? value : { ...value, next }));
    else if (quiet && wanted) console.log(text);
    else if (!quiet) {
      if (text !== undefined) this.#paragraph(text);
      if (next !== undefined) this.#paragraph(`Next: ${next}`);
    }
  }

  #paragraph(text: string): void {
    console.log(this.#hasPrinted ? `\n${text}` : text);
    this.#hasPrinted = true;
  }
}
