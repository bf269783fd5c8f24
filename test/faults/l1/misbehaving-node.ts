import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A JSON-RPC request. */
export type Request = { readonly method: string; readonly params: readonly unknown[] };

/** What the chain behind the node says to a request; throws its errors. */
export type Upstream = (request: Request) => Promise<unknown>;

/** How the node misbehaves: it may ask the chain something else, or not at all, and say what it likes. */
export type Fault = (request: Request, chain: Upstream) => Promise<unknown>;

/** The answer is another HTTP status than 200, without JSON. */
export class HttpFailure extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`HTTP ${status}`);
    this.status = status;
  }
}

/** An error of JSON-RPC. */
export class RpcFailure extends Error {
  readonly code: number;
  readonly data: unknown;
  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** The node closes the connection instead of answering. */
export class Disconnect extends Error {}

/** A JSON-RPC server in front of a development chain, as honest as its present fault lets it be. */
export class MisbehavingNode {
  readonly url: string;
  /** Every request so far. */
  readonly requests: Request[] = [];
  #fault: Fault | undefined;
  readonly #server: Server;
  readonly #chain: Upstream;

  private constructor(server: Server, chain: Upstream) {
    this.#server = server;
    this.#chain = chain;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("request", (request, response) => void this.#serve(request, response));
  }

  static async start(chain: Upstream): Promise<MisbehavingNode> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new MisbehavingNode(server, chain);
  }

  /** From now on it misbehaves like this. */
  misbehave(fault: Fault): void {
    this.#fault = fault;
  }

  /** From now on it is an honest node. */
  behave(): void {
    this.#fault = undefined;
  }

  /** How often a method has been called. */
  count(method: string): number {
    return this.requests.filter((request) => request.method === method).length;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as unknown;
    try {
      const answer = Array.isArray(body)
        ? await Promise.all(body.map((one) => this.#answer(one)))
        : await this.#answer(body as never);
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(answer));
    } catch (error) {
      if (error instanceof HttpFailure) {
        response.statusCode = error.status;
        response.end("no JSON");
      } else response.destroy();
    }
  }

  async #answer({ id, method, params = [] }: { id: number; method: string; params?: unknown[] }) {
    const request = { method, params };
    this.requests.push(request);
    try {
      const result = await (this.#fault ?? honest)(request, this.#chain);
      return { jsonrpc: "2.0", id, result };
    } catch (error) {
      if (error instanceof HttpFailure || error instanceof Disconnect) throw error;
      const { code = -32603, message, data } = error as RpcFailure;
      return { jsonrpc: "2.0", id, error: { code, message, data } };
    }
  }
}

const honest: Fault = (request, chain) => chain(request);
