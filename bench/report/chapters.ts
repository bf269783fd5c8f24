import type { Page } from "./page.ts";
import { page as constraints } from "./pages/constraints.ts";
import { page as gas } from "./pages/gas.ts";
import { page as prove } from "./pages/prove.ts";
import { page as scaling } from "./pages/scaling.ts";
import { page as sequencer } from "./pages/sequencer.ts";

/** A bench and the page that says what came out. */
export interface Chapter {
  /** Of `bench/<name>.ts`, `docs/report/data/<name>.json` and `docs/report/<name>.md`. */
  readonly name: string;
  /** Of a result as the bench prints it with `--json`. */
  readonly page: (result: never) => Page;
}

/** In the order of the report. `scaling` reads what `sequencer` has measured. */
export const chapters: readonly Chapter[] = [
  { name: "constraints", page: constraints },
  { name: "prove", page: prove },
  { name: "gas", page: gas },
  { name: "sequencer", page: sequencer },
  { name: "scaling", page: scaling },
];
