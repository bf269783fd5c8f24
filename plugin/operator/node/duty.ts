import { setTimeout } from "node:timers/promises";

export type DutyOptions = {
  /** Milliseconds from the end of one step to the next. */
  readonly pause: number;
  readonly signal: AbortSignal;
  /** Told of a step that has failed; throws what nobody should go on after. */
  readonly onFailure: (error: unknown) => void;
  /** Told of a step that has succeeded. */
  readonly onSuccess: () => void;
};

/** The longest pause after failures that follow each other, milliseconds. */
const longestPause = 60_000;
const firstPause = 500;

/** Work in steps that goes on until a node stops: in regular intervals, sooner when it is woken, later when it fails. */
export class Duty {
  /** Resolves when it has stopped; rejects with what nobody should go on after. */
  readonly ended: Promise<void>;
  readonly #options: DutyOptions;
  #sleep = new AbortController();
  #isWoken = false;

  /** @param step - Returns whether there is more to do at once. It ends soon once the signal is aborted. */
  constructor(step: () => Promise<boolean>, options: DutyOptions) {
    this.#options = options;
    this.ended = this.#run(step);
    // Whoever waits for several of them hears of it; until then it is not unhandled.
    this.ended.catch(() => undefined);
  }

  /** Has the next step done at once. */
  wake(): void {
    this.#isWoken = true;
    this.#sleep.abort();
  }

  async #run(step: () => Promise<boolean>): Promise<void> {
    const { pause, signal, onFailure, onSuccess } = this.#options;
    let failures = 0;
    while (!signal.aborted) {
      this.#isWoken = false;
      let delay = pause;
      try {
        if (await step()) delay = 0;
        failures = 0;
        onSuccess();
      } catch (error) {
        if (signal.aborted) return;
        onFailure(error);
        // Not at once, however often it is woken.
        delay = Math.min(firstPause * 2 ** failures++, longestPause);
      }
      await this.#wait(delay, failures > 0);
    }
  }

  async #wait(milliseconds: number, undisturbed: boolean): Promise<void> {
    if (this.#isWoken && !undisturbed) return;
    this.#sleep = new AbortController();
    const signals = undisturbed ? [this.#options.signal] : [this.#options.signal, this.#sleep.signal];
    // What ends the sleep is not an error.
    await setTimeout(milliseconds, undefined, { signal: AbortSignal.any(signals) }).catch(() => undefined);
  }
}
