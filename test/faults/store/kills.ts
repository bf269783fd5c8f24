import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("victim.ts", import.meta.url));

/** A process that goes through a load, and the ids that it has had acknowledged. */
export class Victim {
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;
  #output = "";
  #errors = "";

  /** @param boundary - Before which operation on the database it kills itself; 0 counts them. */
  constructor(folder: string, file: string, seed: number, boundary?: number) {
    const args = [program, folder, file, `${seed}`, ...(boundary === undefined ? [] : [`${boundary}`])];
    this.#process = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    this.#process.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.#output += text;
    });
    this.#process.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#errors += text;
    });
    this.#ended = once(this.#process, "close");
  }

  get acknowledged(): string[] {
    return this.#lines.filter((line) => line.startsWith("0x"));
  }

  /** How many operations there were, of a victim that has come to the end. */
  get operations(): number {
    return Number(this.#lines.find((line) => line.startsWith("operations "))?.slice(11));
  }

  /** Waits for the end, and for the first acknowledgement before that if a kill is to follow. */
  async killAfter(milliseconds: number): Promise<void> {
    await Promise.race([once(this.#process.stdout as NodeJS.ReadableStream, "data"), this.#ended]);
    await Promise.race([new Promise((resolve) => setTimeout(resolve, milliseconds)), this.#ended]);
    this.#process.kill("SIGKILL");
    await this.end();
  }

  /** @returns whether it was killed; an error of its own is thrown here */
  async end(): Promise<boolean> {
    await this.#ended;
    const { exitCode, signalCode } = this.#process;
    if (exitCode !== 0 && signalCode !== "SIGKILL") throw new Error(`The victim failed: ${this.#errors}`);
    return signalCode === "SIGKILL";
  }

  get #lines(): string[] {
    return this.#output.split("\n").slice(0, -1);
  }
}
