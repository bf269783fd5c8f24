import { RemoteError } from "./errors.ts";
import { readResponse, resultOf } from "./response.ts";
import type { SocketTransport } from "./socket-transport.ts";
import type { Listener, Transport } from "./transport.ts";

/** How often a call that comes too early is made again. */
const maxRetries = 5;
const defaultDelay = 1_000;
/** Milliseconds beyond which the caller had better decide. */
const maxDelay = 30_000;

/** Calls by HTTP; subscriptions by a WebSocket at the same address. */
export class HttpTransport implements Transport {
  readonly #url: string;
  readonly #timeout: number;
  readonly #sockets: () => SocketTransport;
  #socket: SocketTransport | undefined;
  #lastId = 0;

  /** @param timeout - Milliseconds for an answer. */
  constructor(url: string, timeout: number, sockets: () => SocketTransport) {
    this.#url = url;
    this.#timeout = timeout;
    this.#sockets = sockets;
  }

  async request(method: string, params: Readonly<Record<string, unknown>>): Promise<unknown> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#once(method, params);
      } catch (error) {
        const isEarly = error instanceof RemoteError && error.code === "LIMIT_EXCEEDED";
        const delay = isEarly ? error.facts.retryAfterMs : undefined;
        // Nothing was taken, so that it can be sent again.
        if (delay === undefined || attempt >= maxRetries || Number(delay) > maxDelay) throw error;
        await new Promise((resolve) => setTimeout(resolve, Number(delay) || defaultDelay));
      }
    }
  }

  async subscribe(
    params: Readonly<Record<string, unknown>>,
    listener: Listener,
  ): Promise<() => Promise<void>> {
    this.#socket ??= this.#sockets();
    return await this.#socket.subscribe(params, listener);
  }

  close(): void {
    this.#socket?.close();
  }

  async #once(method: string, params: Readonly<Record<string, unknown>>): Promise<unknown> {
    const id = ++this.#lastId;
    let text: string;
    try {
      const response = await fetch(this.#url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ jsonrpc: "2.0", id, method, params }),
        signal: AbortSignal.timeout(this.#timeout),
      });
      text = await response.text();
    } catch (error) {
      const isLate = error instanceof Error && error.name === "TimeoutError";
      throw new RemoteError(
        isLate ? "TIMEOUT" : "UNREACHABLE",
        isLate ? "The node does not answer in time." : "The node cannot be reached.",
        { node: this.#url, method, "what to do": "check the address, and that rollup:node runs there" },
        error,
      );
    }
    return resultOf(method, readResponse(parse(text)));
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
