import { RemoteError } from "./errors.ts";
import { type Response, readResponse, resultOf } from "./response.ts";
import type { Listener, Transport } from "./transport.ts";

/** A WebSocket as browsers, Node.js from 22 on and the package ws have it. */
export type WebSocketClass = new (url: string) => WebSocket;

type Call = {
  readonly resolve: (response: Response) => void;
  readonly reject: (error: RemoteError) => void;
};

type Subscription = {
  readonly params: Readonly<Record<string, unknown>>;
  readonly listener: Listener;
  /** The node's name of it on the present connection. */
  id: string | undefined;
};

/** Between attempts to connect again, milliseconds. */
const firstDelay = 250;
const maxDelay = 15_000;

/** Calls and subscriptions by WebSocket. It connects when it is first used, and again while there are subscriptions. */
export class SocketTransport implements Transport {
  readonly #url: string;
  readonly #timeout: number;
  readonly #socketClass: WebSocketClass | undefined;
  readonly #calls = new Map<number, Call>();
  readonly #subscriptions = new Set<Subscription>();
  #socket: Promise<WebSocket> | undefined;
  #lastId = 0;
  #delay = firstDelay;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  /**
   * @param timeout - Milliseconds for an answer.
   * @param socketClass - Default: the platform's, or that of the package ws where there is none.
   */
  constructor(url: string, timeout: number, socketClass?: WebSocketClass) {
    this.#url = url;
    this.#timeout = timeout;
    this.#socketClass = socketClass;
  }

  async request(method: string, params: Readonly<Record<string, unknown>>): Promise<unknown> {
    if (this.#isClosed) throw new RemoteError("CLOSED", "The client has been closed.");
    this.#socket ??= this.#connect();
    return await this.#call(await this.#socket, method, params);
  }

  async subscribe(
    params: Readonly<Record<string, unknown>>,
    listener: Listener,
  ): Promise<() => Promise<void>> {
    if (this.#isClosed) throw new RemoteError("CLOSED", "The client has been closed.");
    const subscription: Subscription = { params, listener, id: undefined };
    this.#socket ??= this.#connect();
    const socket = await this.#socket;
    this.#subscriptions.add(subscription);
    try {
      await this.#start(socket, subscription);
    } catch (error) {
      this.#subscriptions.delete(subscription);
      throw error;
    }
    return async () => {
      this.#subscriptions.delete(subscription);
      const socket = await this.#socket?.catch(() => undefined);
      const { id } = subscription;
      if (socket?.readyState !== WebSocketState.open || id === undefined) return;
      await this.#call(socket, "rollup_unsubscribe", { subscription: id }).catch(() => undefined);
    };
  }

  close(): void {
    this.#isClosed = true;
    this.#subscriptions.clear();
    clearTimeout(this.#retry);
    void this.#socket?.then(
      (socket) => socket.close(),
      () => undefined,
    );
  }

  /** @param onResponse - Called before any later message is looked at. */
  async #call(
    socket: WebSocket,
    method: string,
    params: Readonly<Record<string, unknown>>,
    onResponse?: (response: Response) => void,
  ): Promise<unknown> {
    const id = ++this.#lastId;
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      const response = await new Promise<Response>((resolve, reject) => {
        const answered = (answer: Response): void => {
          onResponse?.(answer);
          resolve(answer);
        };
        this.#calls.set(id, { resolve: answered, reject });
        const late = (): RemoteError =>
          new RemoteError("TIMEOUT", "The node does not answer in time.", { node: this.#url, method });
        timer = setTimeout(() => reject(late()), this.#timeout);
        if (socket.readyState !== WebSocketState.open) reject(this.#lost());
        else socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
      });
      return resultOf(method, response);
    } finally {
      clearTimeout(timer);
      this.#calls.delete(id);
    }
  }

  async #start(socket: WebSocket, subscription: Subscription): Promise<void> {
    await this.#call(socket, "rollup_subscribe", subscription.params, ({ result }) => {
      if (typeof result === "string") subscription.id = result;
    });
  }

  async #connect(): Promise<WebSocket> {
    const socketClass = this.#socketClass ?? (await platformSocket());
    const socket = new socketClass(this.#url);
    socket.addEventListener("message", ({ data }) => this.#receive(String(data)));
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener("open", () => resolve());
      socket.addEventListener("close", () => {
        reject(this.#lost());
        this.#onClose();
      });
      // A close follows; without a listener it would be thrown.
      socket.addEventListener("error", () => undefined);
    });
    this.#delay = firstDelay;
    if (this.#isClosed) socket.close();
    return socket;
  }

  #onClose(): void {
    this.#socket = undefined;
    for (const { reject } of this.#calls.values()) reject(this.#lost());
    for (const subscription of this.#subscriptions) subscription.id = undefined;
    if (this.#isClosed || this.#subscriptions.size === 0) return;
    this.#retry = setTimeout(() => void this.#reconnect(), this.#delay);
    this.#delay = Math.min(2 * this.#delay, maxDelay);
  }

  async #reconnect(): Promise<void> {
    if (this.#isClosed || this.#subscriptions.size === 0) return;
    try {
      this.#socket ??= this.#connect();
      const socket = await this.#socket;
      for (const subscription of this.#subscriptions) {
        if (subscription.id === undefined) await this.#start(socket, subscription);
      }
    } catch {
      // The connection is lost again, and its end has set the next attempt.
    }
  }

  #receive(text: string): void {
    const json = parse(text);
    if (isNotification(json)) {
      const { subscription: id, result } = json.params;
      for (const subscription of this.#subscriptions)
        if (subscription.id === id) subscription.listener(result);
      return;
    }
    let response: Response;
    try {
      response = readResponse(json);
    } catch {
      // Nothing that was asked for; whoever waits has a time limit.
      return;
    }
    this.#calls.get(Number(response.id))?.resolve(response);
  }

  #lost(): RemoteError {
    return new RemoteError("UNREACHABLE", "The connection to the node is lost.", {
      node: this.#url,
      "what to do": "check the address, and that rollup:node runs there",
    });
  }
}

/** The states of a WebSocket; its class, which has them as well, is another one on each platform. */
const WebSocketState = { open: 1 } as const;

async function platformSocket(): Promise<WebSocketClass> {
  if (globalThis.WebSocket !== undefined) return globalThis.WebSocket;
  // Node.js before 22.
  const { WebSocket } = await import("ws");
  return WebSocket as unknown as WebSocketClass;
}

type Notification = { readonly params: { readonly subscription: string; readonly result: unknown } };

function isNotification(json: unknown): json is Notification {
  if (typeof json !== "object" || json === null || !("method" in json) || !("params" in json)) return false;
  const { method, params } = json;
  return method === "rollup_subscription" && typeof params === "object" && params !== null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
