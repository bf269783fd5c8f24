// A real Redis server for the tests of a file: of its own, on a free port of this machine, gone afterwards.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "../../tasks/command-line.ts";

/** A running server. */
export class RedisServer {
  readonly port: number;
  readonly #process: ChildProcess;
  readonly #folder: string;

  private constructor(port: number, child: ChildProcess, folder: string) {
    this.port = port;
    this.#process = child;
    this.#folder = folder;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** @param settings - More of its options, such as `["--requirepass", "…"]`. */
  static async start(settings: readonly string[] = [], port?: number): Promise<RedisServer> {
    const folder = await mkdtemp(path.join(tmpdir(), "hardhat-rollup-redis-"));
    const chosen = port ?? (await freePort());
    const child = spawn(
      "redis-server",
      ["--port", String(chosen), "--bind", "127.0.0.1", "--dir", folder, "--save", "", ...settings],
      { stdio: ["ignore", "pipe", "ignore"] },
    );
    // Whatever ends the tests, the server ends with them.
    const kill = (): void => void child.kill("SIGKILL");
    process.once("exit", kill);
    child.once("exit", () => process.off("exit", kill));
    let printed = "";
    await new Promise<void>((resolve, reject) => {
      child.on("exit", () => reject(new Error(`redis-server ended.\n${printed}`)));
      child.on("error", reject);
      child.stdout?.on("data", (text: Buffer) => {
        printed += text.toString();
        if (printed.includes("Ready to accept connections")) resolve();
      });
    });
    return new RedisServer(chosen, child, folder);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const exited = once(this.#process, "exit");
      this.#process.kill("SIGKILL");
      await exited;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Starts a server before the tests of the suite that calls it. Without one installed they are skipped, but not in CI. */
export function redisServer(settings: readonly string[] = []): () => RedisServer {
  let server: RedisServer | undefined;
  before(async function () {
    if (spawnSync("redis-server", ["--version"]).status !== 0) {
      const missing = "redis-server is not installed: apt-get install redis-server";
      if (process.env.CI !== undefined) throw new Error(missing);
      console.error(`\n  *** SKIPPED, the proving fleet is NOT tested: ${missing} ***\n`);
      this.skip();
    }
    server = await RedisServer.start(settings);
  });
  after(async () => await server?.stop());
  return () => {
    if (server === undefined) throw new Error("The server is there in tests only.");
    return server;
  };
}
