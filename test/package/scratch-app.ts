import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { AppSource } from "./app-source.ts";
import { type Install, type InstallName, installs } from "./installs.ts";

/** A user's project in a folder of its own. */
export class ScratchApp {
  readonly #root: string;
  readonly #install: Install;
  readonly #name: string;

  constructor(root: string, name: InstallName) {
    this.#root = root;
    this.#name = name;
    this.#install = installs[name];
  }

  get folder(): string {
    return path.join(this.#root, this.#install.app);
  }

  /** Writes the files of a project without the plugin, and installs the tarball. */
  async create(tarball: string, source: AppSource): Promise<void> {
    const manifest = {
      name: "app",
      private: true,
      type: source.type,
      devDependencies: { "hardhat-rollup": `file:${tarball}`, ...source.dependencies() },
    };
    for (const [name, text] of Object.entries(this.#install.files)) {
      await this.#write(path.join(this.#root, name), text);
    }
    const files = {
      "package.json": `${JSON.stringify(manifest, undefined, 2)}\n`,
      ...source.files(await freePort()),
    };
    for (const [name, text] of Object.entries(files)) await this.#write(path.join(this.folder, name), text);
    const { code, output } = await this.#run("npm", this.#install.command, this.#root, "install");
    if (code !== 0) throw new Error(`The installation has ended with ${code}:\n${output}`);
  }

  async read(name: string): Promise<string> {
    return await readFile(path.join(this.folder, name), "utf8");
  }

  /**
   * Runs a command of the project's dependencies.
   *
   * @returns what it prints
   * @throws Error with that if it fails
   */
  async run(command: string, ...args: string[]): Promise<string> {
    const { code, output } = await this.#run(command, args, this.folder);
    if (code !== 0) throw new Error(`${[command, ...args].join(" ")} has ended with ${code}:\n${output}`);
    return output;
  }

  /**
   * Runs a command that has to fail.
   *
   * @returns what it prints
   */
  async fail(command: string, ...args: string[]): Promise<string> {
    const { code, output } = await this.#run(command, args, this.folder);
    if (code === 0) throw new Error(`${[command, ...args].join(" ")} should have failed:\n${output}`);
    return output;
  }

  /** Runs something beside a command that only ends when it is told to, from when that prints a text. */
  async beside(
    ready: string,
    command: readonly [string, ...string[]],
    work: () => Promise<void>,
  ): Promise<void> {
    const [name, ...args] = command;
    const child = this.#spawn(name, args, this.folder);
    const ended = once(child, "close");
    try {
      let printed = "";
      await new Promise<void>((resolve, reject) => {
        for (const stream of [child.stdout, child.stderr]) {
          stream?.on("data", (chunk: Buffer) => {
            printed += chunk.toString();
            if (printed.includes(ready)) resolve();
          });
        }
        ended.then(() => reject(new Error(`${command.join(" ")} has ended:\n${printed}`)), reject);
      });
      await work();
    } finally {
      child.kill("SIGKILL");
      await ended;
    }
  }

  async #run(
    command: string,
    args: readonly string[],
    cwd: string,
    title = [command, ...args].join(" "),
  ): Promise<{ code: number | null; output: string }> {
    const started = performance.now();
    const child = this.#spawn(command, args, cwd);
    // A command that does not end by itself has failed.
    const limit = setTimeout(() => child.kill("SIGKILL"), 20 * 60_000);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => (output += chunk.toString()));
    }
    const [code] = await once(child, "close");
    clearTimeout(limit);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${this.#name}: ${title}: ${seconds} s`);
    return { code, output: stripVTControlCharacters(output) };
  }

  /** With the Node.js that runs this, and nothing of the Hardhat or npm that does. */
  #spawn(command: string, args: readonly string[], cwd: string): ChildProcess {
    const outer = Object.entries(process.env).filter(
      ([name]) => !/^(HARDHAT_|npm_)/.test(name) && name !== "NODE_OPTIONS" && name !== "PATH",
    );
    const bins = [this.folder, this.#root].map((folder) => path.join(folder, "node_modules/.bin"));
    const inner = {
      PATH: [...bins, path.dirname(process.execPath), process.env.PATH].join(path.delimiter),
      FORCE_COLOR: "0",
      HARDHAT_DISABLE_TELEMETRY_PROMPT: "true",
    };
    return spawn(command, args, {
      cwd,
      env: { ...Object.fromEntries(outer), ...inner },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  async #write(file: string, text: string): Promise<void> {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return address.port;
}
