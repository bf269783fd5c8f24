/** Sleeps that can be cut short, by whoever has news or by a signal. */
export class Wake {
  readonly #signal: AbortSignal | undefined;
  readonly #aborted: Promise<never>;
  #stopWatching: () => void = () => undefined;
  #woken = false;
  #wakeUp: (() => void) | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
    this.#aborted = new Promise((_, reject) => {
      const abort = (): void => reject(signal?.reason);
      signal?.addEventListener("abort", abort, { once: true });
      this.#stopWatching = () => signal?.removeEventListener("abort", abort);
    });
    this.#aborted.catch(() => undefined);
  }

  /** Ends the sleep, or else the next one before it begins. */
  wake(): void {
    this.#woken = true;
    this.#wakeUp?.();
  }

  /**
   * @returns whether it was woken before the time was over
   * @throws the signal's reason if it is aborted
   */
  async sleep(milliseconds: number): Promise<boolean> {
    this.#signal?.throwIfAborted();
    let timer: NodeJS.Timeout | undefined;
    if (!this.#woken) {
      const over = new Promise<void>((resolve) => {
        this.#wakeUp = resolve;
        timer = setTimeout(resolve, milliseconds);
      });
      try {
        await this.unlessAborted(over);
      } finally {
        clearTimeout(timer);
        this.#wakeUp = undefined;
      }
    }
    const woken = this.#woken;
    this.#woken = false;
    return woken;
  }

  /** Waits for work, but not beyond an abort: a server that does not answer holds nobody up. */
  async unlessAborted<T>(work: Promise<T>): Promise<T> {
    work.catch(() => undefined);
    return await Promise.race([work, this.#aborted]);
  }

  end(): void {
    this.#stopWatching();
  }
}
