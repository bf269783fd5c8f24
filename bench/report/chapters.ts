import type { Page } from "./page.ts";

/** A bench and the page that says what came out. */
export interface Chapter {
  /** Of `bench/<name>.ts`, `docs/report/data/<name>.json` and `docs/report/<name>.md`. */
  readonly name: string;
  /** Of the bench, besides `--json`: what the report's figures come from. */
  readonly arguments: readonly string[];
  /** Of a result as the bench prints it. */
  readonly page: (result: never) => Page;
}

/** In the order of the report: a later bench may read the results of those before it. */
export const chapters: readonly Chapter[] = [];
