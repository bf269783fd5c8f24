// One WebSocket connection: texts in, texts out, and an end for those that do not read or do not answer.

import type { Logger } from "pino";
import type { WebSocket } from "ws";
import type { Charge, Dispatcher } from "./dispatcher.ts";
import type { Subscriber } from "./subscriber.ts";

/** Messages of one connection that are answered at a time: more wait, unread. */
const maxUnderWay = 64;

/** What a connection may leave unread before it is closed, in bytes. */
const maxUnreadBytes = 2 * 1024 * 1024;

const pingMilliseconds = 30_000;

/** Close codes of RFC 6455. */
const goingAway = 1001;
const unsupportedData = 1003;
const tryAgainLater = 1013;

/** Serves JSON-RPC on a connection, until it ends. */
export class SocketSession implements Subscriber {
  readonly #socket: WebSocket;
  readonly #dispatcher: Dispatcher;
  readonly #charge: Charge;
  readonly #log: Logger;
  readonly #pings: NodeJS.Timeout;
  #underWay = 0;
  #answersPing = true;
  #onIdle: (() => void) | undefined;

  constructor(socket: WebSocket, dispatcher: Dispatcher, charge: Charge, log: Logger) {
    this.#socket = socket;
    this.#dispatcher = dispatcher;
    this.#charge = charge;
    this.#log = log;
    this.#pings = setInterval(() => this.#ping(), pingMilliseconds).unref();
    socket.on("message", (data, isBinary) => {
      if (isBinary) socket.close(unsupportedData, "Expected text: JSON-RPC 2.0");
      else void this.#answer(String(data));
    });
    socket.on("pong", () => {
      this.#answersPing = true;
    });
    socket.on("error", (error) => log.debug({ err: error }, "WebSocket error"));
    socket.once("close", () => clearInterval(this.#pings));
  }

  notify(method: string, params: unknown): void {
    this.#send(JSON.stringify({ jsonrpc: "2.0", method, params }));
  }

  onEnd(callback: () => void): void {
    if (this.#socket.readyState >= this.#socket.CLOSING) callback();
    else this.#socket.once("close", callback);
  }

  /** Reads no more, answers what is under way, and closes the connection. */
  async end(): Promise<void> {
    this.#socket.pause();
    if (this.#underWay > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
    this.#socket.resume();
    this.#socket.close(goingAway, "The node is stopping");
  }

  async #answer(text: string): Promise<void> {
    this.#underWay++;
    if (this.#underWay === maxUnderWay) this.#socket.pause();
    try {
      const later: (() => void)[] = [];
      const caller = { subscriber: this, afterAnswer: (callback: () => void) => void later.push(callback) };
      const answer = await this.#dispatcher.answer(text, caller, this.#charge);
      if (answer !== undefined) this.#send(answer.text);
      for (const callback of later) callback();
    } catch (error) {
      this.#log.error({ err: error }, "a WebSocket message could not be answered");
      this.#socket.terminate();
    } finally {
      this.#underWay--;
      if (this.#onIdle === undefined) this.#socket.resume();
      else if (this.#underWay === 0) this.#onIdle();
    }
  }

  #send(text: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > maxUnreadBytes) {
      this.#log.info("a WebSocket connection does not read what it is sent: closed");
      this.#socket.close(tryAgainLater, "Too much unread");
      this.#socket.terminate();
      return;
    }
    this.#socket.send(text);
  }

  #ping(): void {
    if (!this.#answersPing) this.#socket.terminate();
    else this.#socket.ping();
    this.#answersPing = false;
  }
}
