import type { NetworkHooks } from "hardhat/types/hooks";
import type { ChainSnapshots } from "../client/chain-snapshots.ts";
import { connectRollup } from "../client/connection.ts";

export default async (): Promise<Partial<NetworkHooks>> => {
  const snapshots = new WeakMap<object, ChainSnapshots>();
  return {
    newConnection: async (context, next) => {
      const connection = await next(context);
      const connected = connectRollup(context, connection);
      connection.rollup = connected.rollup;
      snapshots.set(connection, connected.snapshots);
      return connection;
    },
    onRequest: async (context, connection, request, next) => {
      const response = await next(context, connection, request);
      await snapshots.get(connection)?.answered(request, response);
      return response;
    },
    closeConnection: async (context, connection, next) => {
      await connection.rollup?.close();
      await next(context, connection);
    },
  };
};
