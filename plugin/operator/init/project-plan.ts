import type { ConfigEdit } from "./edit-config.ts";

/** What `initialize` writes into a project, which depends on its Hardhat and on what else is there. */
export type ProjectPlan = {
  /** Its config, absolute; undefined if there is none yet. */
  readonly config: string | undefined;
  /** Adds what is missing to the text of its config. */
  editConfig(text: string): ConfigEdit;
  /** The config to begin with, relative to the project's folder. */
  readonly newConfig: NewFile;
  /** The first test, and what runs it in words. */
  readonly test: NewFile & { readonly runner: string };
  /** The command that runs the test. */
  readonly testCommand: string;
};

type NewFile = { readonly file: string; readonly text: string };
