import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { Account } from "../../plugin/protocol/account.ts";
import { seconds } from "../measure/seconds.ts";
import type { Figures } from "../measure/sequencer-server.ts";
import { removeFolder, temporaryFolder } from "../measure/temporary-folder.ts";
import { fillStore } from "./filled-store.ts";

const file = path.join(import.meta.dirname, "..", "measure", "sequencer-server.ts");

/** A sequencer in a process of its own, on a store of its own that goes with it. */
export class BenchServer {
  readonly url: string;
  /** From the start of the process until it serves, the hashing of all accounts included. */
  readonly startSeconds: number;
  readonly #process: ChildProcess;
  readonly #folder: string;

  private constructor(process: ChildProcess, folder: string, url: string, startSeconds: number) {
    this.#process = process;
    this.#folder = folder;
    this.url = url;
    this.startSeconds = startSeconds;
  }

  /** @param accounts - What its state is, by index. */
  static async start(accounts: readonly Account[]): Promise<BenchServer> {
    const folder = temporaryFolder();
    await fillStore(folder, accounts);
    const server = fork(file, [folder]);
    const [startSeconds, message] = await seconds(() => answer(server));
    return new BenchServer(server, folder, (message as { url: string }).url, startSeconds);
  }

  /** Has it seal all that is pending. */
  async sealAll(): Promise<Figures> {
    this.#process.send("figures");
    return (await answer(this.#process)) as Figures;
  }

  /** Ends it, whatever it does, and removes its store. */
  async end(): Promise<void> {
    this.#process.kill("SIGKILL");
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      await once(this.#process, "exit");
    }
    removeFolder(this.#folder);
  }
}

/** The server's next message. Throws if it ends instead. */
async function answer(server: ChildProcess): Promise<unknown> {
  const ended = once(server, "exit").then(([code]) => {
    throw new Error(`The server has ended with code ${code}.`);
  });
  ended.catch(() => undefined);
  const [message] = await Promise.race([once(server, "message"), ended]);
  return message;
}
