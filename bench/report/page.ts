import type { TopLevelSpec } from "vega-lite";

/** A page of the report: what a bench's result says, made of nothing but that result. */
export interface Page {
  readonly title: string;
  /** What came out, a sentence each, in Markdown; shown on top of the page and in the report's overview. */
  readonly findings: readonly string[];
  /** Markdown below the findings. A plot is shown with `![what it shows](plots/<name>.svg)`. */
  readonly text: string;
  /** By file name without extension, which begins with the bench's name. */
  readonly plots: Readonly<Record<string, TopLevelSpec>>;
}
