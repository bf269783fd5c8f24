import { Listr } from "listr2";
import { takesEscapes } from "./paint.ts";

/** What a step says while it runs. */
export type Progress = {
  /** What it is at right now. The next call replaces it; where lines stay, one is shown every few seconds. */
  readonly at: (message: string) => void;
  /** Something that is finished: a line that stays, but on a terminal only until the next one. */
  readonly done: (line: string) => void;
};

/** One line of a progress display. */
export type Step = {
  readonly title: string;
  /** Does the work. What it returns takes the title's place and says what came of it. */
  readonly run: (progress: Progress) => Promise<string | undefined>;
};

/** Where progress goes: to standard error where programs read the output, nowhere where nobody wants to see it. */
export type ProgressTarget = "stdout" | "stderr" | "nowhere";

export type StepOptions = {
  /** Default standard output. */
  readonly progress?: ProgressTarget | undefined;
};

/** Milliseconds between two signs of life of a step that takes long: where lines stay, and on a terminal. */
const lineInterval = 5_000;
const liveInterval = 1_000;

const printers: Readonly<Record<ProgressTarget, (line: string) => void>> = {
  stdout: (line) => console.log(line),
  stderr: (line) => console.error(line),
  nowhere: () => undefined,
};

/**
 * Runs steps one after another and shows them: on a terminal live, else as lines that stay.
 *
 * @throws what a step throws; those behind it do not run
 */
export async function runSteps(
  steps: readonly Step[],
  { progress: target = "stdout" }: StepOptions = {},
): Promise<void> {
  if (target === "stdout" && takesEscapes(process.stdout)) return await runLive(steps);
  const print = printers[target];
  for (const { title, run } of steps) {
    print(`${title} …`);
    const pulse = new Pulse(lineInterval, (message, seconds) => {
      print(message === "" ? `  ${seconds} s` : `  ${seconds} s: ${message}`);
    });
    try {
      const outcome = await run({ at: (message) => pulse.at(message), done: print });
      if (outcome !== undefined) print(outcome);
    } finally {
      pulse.stop();
    }
  }
}

async function runLive(steps: readonly Step[]): Promise<void> {
  const tasks = steps.map(({ title, run }) => ({
    title,
    task: async (_: unknown, task: { title: string; output: string }) => {
      const pulse = new Pulse(liveInterval, (message, seconds) => {
        task.output = `${message === "" ? "working" : message} (${seconds} s)`;
      });
      const at = (message: string): void => {
        pulse.at(message);
        task.output = message;
      };
      try {
        task.title = (await run({ at, done: at })) ?? title;
      } finally {
        pulse.stop();
      }
    },
  }));
  const live = new Listr(tasks, {
    // The error is printed in the end; here it only marks its step.
    rendererOptions: { showErrorMessage: false, collapseErrors: false },
    // Whoever can be stopped decides what stopping means.
    registerSignalListeners: false,
  });
  await live.run();
}

/** Says again and again that a step goes on, and for how long: some parts of the work say nothing for a minute. */
class Pulse {
  readonly #started = performance.now();
  readonly #timer: NodeJS.Timeout;
  #message = "";

  constructor(interval: number, show: (message: string, seconds: number) => void) {
    this.#timer = setInterval(() => {
      show(this.#message, Math.round((performance.now() - this.#started) / 1000));
    }, interval);
  }

  at(message: string): void {
    this.#message = message;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
