// Hardhat as users run it: processes of their own, their exit codes and what they print.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";

const hardhat = path.join(
  path.dirname(fileURLToPath(import.meta.resolve("hardhat/package.json"))),
  "dist/src/cli.js",
);
const config = path.join(import.meta.dirname, "project", "hardhat.config.ts");

export type Result = {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** A run of Hardhat that may not be over yet. */
export class Run {
  readonly #child: ChildProcess;
  readonly #result: Promise<Result>;
  #stdout = "";
  #stderr = "";

  /** @param env - What the test project's config reads, besides the environment. */
  constructor(args: readonly string[], env: Readonly<Record<string, string>>) {
    // A group of its own, as a terminal gives to a command: Ctrl-C goes to all of it.
    this.#child = spawn(process.execPath, [hardhat, "--config", config, ...args], {
      env: { ...process.env, ...env, FORCE_COLOR: "0", HARDHAT_DISABLE_TELEMETRY_PROMPT: "true" },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    this.#child.stdout?.on("data", (chunk: Buffer) => (this.#stdout += chunk.toString()));
    this.#child.stderr?.on("data", (chunk: Buffer) => (this.#stderr += chunk.toString()));
    this.#result = once(this.#child, "close").then(([code]) => ({
      code,
      stdout: stripVTControlCharacters(this.#stdout),
      stderr: stripVTControlCharacters(this.#stderr),
    }));
  }

  /** Waits for a text on its standard output. */
  async prints(text: string): Promise<void> {
    while (!this.#stdout.includes(text)) {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
        throw new Error(`It ended without "${text}".\n${this.#stdout}\n${this.#stderr}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Its standard output so far. */
  get printed(): string {
    return stripVTControlCharacters(this.#stdout);
  }

  interrupt(): void {
    this.#signal("SIGINT");
  }

  async end(): Promise<Result> {
    return await this.#result;
  }

  async kill(): Promise<void> {
    this.#signal("SIGKILL");
    await this.#result;
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    process.kill(-pid, signal);
  }
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return address.port;
}

/** `hardhat node` on a port, ready for requests. */
export async function startNode(port: number, args: readonly string[] = []): Promise<Run> {
  const node = new Run(["node", "--hostname", "127.0.0.1", "--port", String(port), ...args], {});
  await node.prints("Account #0");
  return node;
}
