import type { NetworkHooks } from "hardhat/types/hooks";
import { connectRollup } from "../client/connection.ts";

export default async (): Promise<Partial<NetworkHooks>> => ({
  newConnection: async (context, next) => {
    const connection = await next(context);
    connection.rollup = connectRollup(context, connection);
    return connection;
  },
  closeConnection: async (context, connection, next) => {
    await connection.rollup?.close();
    await next(context, connection);
  },
});
