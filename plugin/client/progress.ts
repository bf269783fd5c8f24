import { Listr } from "listr2";

/** What a step says while it runs. */
export type Progress = {
  /** What it is at right now. The next call replaces it, and only a terminal shows it. */
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

export type StepOptions = {
  /** Shows nothing, for output that programs read. Default false. */
  readonly quiet?: boolean | undefined;
};

/**
 * Runs steps one after another and shows them: on a terminal live, else as lines that stay.
 *
 * @throws what a step throws; those behind it do not run
 */
export async function runSteps(steps: readonly Step[], { quiet = false }: StepOptions = {}): Promise<void> {
  if (!quiet && process.stdout.isTTY) return await runLive(steps);
  for (const { title, run } of steps) {
    if (!quiet) console.log(`${title} …`);
    const outcome = await run({ at: () => {}, done: (line) => (quiet ? undefined : console.log(line)) });
    if (!quiet && outcome !== undefined) console.log(outcome);
  }
}

async function runLive(steps: readonly Step[]): Promise<void> {
  const tasks = steps.map(({ title, run }) => ({
    title,
    task: async (_: unknown, task: { title: string; output: string }) => {
      const at = (message: string): void => {
        task.output = message;
      };
      task.title = (await run({ at, done: at })) ?? title;
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
