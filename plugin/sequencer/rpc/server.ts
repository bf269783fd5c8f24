// The HTTP server: JSON-RPC by POST and by WebSocket at one address, and beside it what operators need.

import cors from "@fastify/cors";
import websocket from "@fastify/websocket";
import { HardhatPluginError } from "@nomicfoundation/hardhat-errors";
import fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from "fastify";
import type { Logger } from "pino";
import { withFacts } from "../../protocol/facts.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { RpcError } from "./errors.ts";
import type { NodeMetrics } from "./metrics.ts";
import { networkOf, RateLimit } from "./rate-limit.ts";
import { SocketSession } from "./web-socket.ts";

/** Whether a node works, for load balancers and supervisors. */
export type Health = { readonly healthy: boolean; readonly problems: readonly string[] };

export type RpcServerOptions = {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly dispatcher: Dispatcher;
  /** The OpenRPC document. */
  readonly document: object;
  /** Calls a second and address, a transaction counting as one; 0: no limit. */
  readonly rateLimit: number;
  /** Bytes of a request, at most. */
  readonly maxBodyBytes: number;
  /** WebSocket connections at a time, at most. */
  readonly maxConnections: number;
  /** Those of one address. */
  readonly maxPerAddress: number;
  /** Whether a proxy in front says in X-Forwarded-For who calls. */
  readonly trustProxy: boolean;
  readonly log: Logger;
  readonly metrics: NodeMetrics;
  readonly health: () => Health;
};

/** Callbacks for after the answer are subscriptions' alone. */
const httpCaller = { subscriber: undefined, afterAnswer: (): void => undefined };

const requestMilliseconds = 30_000;
/** How often connections that have been answered are looked for while the server ends. */
const idleMilliseconds = 50;
/** For those that do not end by themselves. */
const patience = 10_000;
/** Close code of RFC 6455. */
const tryAgainLater = 1013;
const status = { noContent: 204, badRequest: 400, tooLarge: 413, wrongType: 415, tooMany: 429, down: 503 };

/** The node cannot listen at its address. */
export class CannotListen extends HardhatPluginError {
  constructor(address: string, cause: Error) {
    const facts = { address, problem: cause.message, "what to do": "choose another one: --host, --port" };
    super("hardhat-rollup", withFacts("The node cannot listen at its address.", facts), cause);
    this.name = "CannotListen";
  }
}

/** A server of a node's methods. */
export class RpcServer {
  /** Such as `http://127.0.0.1:9650`. */
  readonly url: string;
  readonly #server: FastifyInstance;

  private constructor(server: FastifyInstance, url: string) {
    this.#server = server;
    this.url = url;
  }

  /** @throws CannotListen */
  static async start(options: RpcServerOptions): Promise<RpcServer> {
    const { host, port, log, maxBodyBytes, trustProxy } = options;
    const server = fastify({
      // What it says of itself, others say better.
      loggerInstance: log.child({}, { level: "warn" }),
      logController: new LogController({ disableRequestLogging: true }),
      bodyLimit: maxBodyBytes,
      // The proxy's own word, not what it passes on: that anybody can write.
      trustProxy: trustProxy ? (_, hop) => hop === 0 : false,
      requestTimeout: requestMilliseconds,
      // What is under way is answered before the server ends.
      forceCloseConnections: "idle",
    }) as unknown as FastifyInstance;
    server.removeAllContentTypeParsers();
    server.addContentTypeParser("application/json", { parseAs: "string" }, (_, body, done) =>
      done(null, body),
    );
    await server.register(cors, { origin: "*", methods: ["GET", "POST"] });
    const sessions = new Set<SocketSession>();
    await server.register(websocket, {
      options: { maxPayload: maxBodyBytes, perMessageDeflate: false },
      preClose: async () => {
        for (const client of server.websocketServer.clients)
          setTimeout(() => client.terminate(), patience).unref();
        await Promise.all([...sessions].map((session) => session.end()));
      },
    });
    addRoutes(server, options, sessions);
    addErrors(server, options);
    try {
      return new RpcServer(server, await server.listen({ host, port }));
    } catch (error) {
      await server.close();
      throw new CannotListen(`${host}:${port}`, error as Error);
    }
  }

  /** Takes no more requests, answers those under way, and ends. */
  async close(): Promise<void> {
    const { server } = this.#server;
    // A connection that is kept alive is idle once it is answered.
    const idle = setInterval(() => server.closeIdleConnections(), idleMilliseconds);
    const late = setTimeout(() => server.closeAllConnections(), patience);
    await this.#server.close();
    clearInterval(idle);
    clearTimeout(late);
  }
}

function addRoutes(server: FastifyInstance, options: RpcServerOptions, sessions: Set<SocketSession>): void {
  const { dispatcher, document, metrics, health, log, maxConnections, maxPerAddress } = options;
  const perAddress = new Map<string, number>();
  const limit = new RateLimit(options.rateLimit);
  /** What comes too early is not even read. */
  const onRequest = async (
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply | undefined> => {
    const early = await limit.exhaustion(request.ip);
    if (early === undefined) return undefined;
    tooMany(reply, early);
    return await reply.send(refusal(early));
  };
  server.post<{ Body: string }>("/", { onRequest }, async (request, reply) => {
    const charge = (cost: number): Promise<void> => limit.charge(request.ip, cost);
    const answer = await dispatcher.answer(request.body, httpCaller, charge);
    if (answer === undefined) return await reply.code(status.noContent).send();
    if (answer.limited !== undefined) tooMany(reply, answer.limited);
    return await reply.type("application/json; charset=utf-8").send(answer.text);
  });
  server.route({
    method: "GET",
    url: "/",
    handler: async () => ({
      name: "hardhat-rollup",
      "JSON-RPC 2.0": "POST / or WebSocket",
      methods: "/openrpc.json",
      metrics: "/metrics",
      health: "/health",
    }),
    wsHandler: (socket, request) => {
      const network = networkOf(request.ip);
      const ofAddress = (perAddress.get(network) ?? 0) + 1;
      if (server.websocketServer.clients.size > maxConnections || ofAddress > maxPerAddress) {
        socket.close(tryAgainLater, "Too many connections: try again later");
        return;
      }
      perAddress.set(network, ofAddress);
      const charge = (cost: number): Promise<void> => limit.charge(request.ip, cost);
      const session = new SocketSession(socket, dispatcher, charge, log);
      sessions.add(session);
      metrics.connections.inc();
      session.onEnd(() => {
        sessions.delete(session);
        metrics.connections.dec();
        const left = (perAddress.get(network) ?? 1) - 1;
        if (left > 0) perAddress.set(network, left);
        else perAddress.delete(network);
      });
    },
  });
  server.get("/openrpc.json", async () => document);
  server.get("/health", async (_, reply) => {
    const found = health();
    return await reply.code(found.healthy ? 200 : status.down).send(found);
  });
  server.get("/metrics", async (_, reply) => {
    const { contentType, text } = await metrics.exposition();
    return await reply.type(contentType).send(text);
  });
}

function tooMany(reply: FastifyReply, { facts }: RpcError): void {
  reply.code(status.tooMany);
  if (typeof facts.retryAfterMs !== "number") return;
  reply.header("retry-after", Math.ceil(facts.retryAfterMs / 1_000));
}

/** What HTTP itself refuses is told as JSON-RPC tells it. */
function addErrors(server: FastifyInstance, { maxBodyBytes, log }: RpcServerOptions): void {
  server.setNotFoundHandler(async (_, reply) => {
    reply.code(404);
    return refusal(
      new RpcError("NOT_FOUND", "There is nothing here.", { "what to do": "POST / for JSON-RPC" }),
    );
  });
  server.setErrorHandler(async (error: Error & { statusCode?: number }, _, reply) => {
    const code = error.statusCode ?? 500;
    if (code >= 500) log.error({ err: error }, "a request could not be answered");
    reply.code(code);
    if (code === status.tooLarge) {
      return refusal(
        new RpcError("LIMIT_EXCEEDED", "The request is too large.", { "limit in bytes": maxBodyBytes }),
      );
    }
    if (code === status.wrongType) {
      return refusal(
        new RpcError("INVALID_REQUEST", "The request has another type.", { expected: "application/json" }),
      );
    }
    if (code < 500) return refusal(new RpcError("INVALID_REQUEST", error.message));
    return refusal(new RpcError("INTERNAL_ERROR", "The node has failed to answer."));
  });
}

function refusal(error: RpcError) {
  return { jsonrpc: "2.0", id: null, error: error.toJSON() };
}
