// The OpenRPC document (spec.open-rpc.org), made from the schemas that the methods check their parameters with.

import { z } from "zod/v4";
import { rpcErrorCodes } from "./errors.ts";
import { defineMethod, type RpcMethod } from "./method.ts";

const openRpcVersion = "1.3.2";

/** A document of all methods, itself included. */
export function openRpcDocument(methods: readonly RpcMethod[], version: string): object {
  return {
    openrpc: openRpcVersion,
    info: {
      title: "hardhat-rollup node",
      version,
      description:
        "Amounts and field elements are decimal strings; addresses, hashes and ids hexadecimal. Parameters go by position or by name.",
    },
    methods: methods.map(describe),
    components: {
      errors: Object.fromEntries(
        Object.entries(rpcErrorCodes).map(([name, code]) => [name, { code, message: name }]),
      ),
    },
  };
}

/** `rpc.discover`, the OpenRPC specification's method for having the document. */
export function discoverMethod(document: () => object): RpcMethod {
  return defineMethod({
    name: "rpc.discover",
    summary: "The OpenRPC document of this node",
    params: z.strictObject({}),
    result: z.looseObject({}),
    cost: () => 10,
    handle: () => ({ ...document() }),
  });
}

function describe({ name, summary, params, result }: RpcMethod) {
  return {
    name,
    summary,
    paramStructure: "either",
    params: Object.entries(params.shape).map(([param, type]) => {
      const schema = schemaOf(type as z.ZodType);
      const { description } = schema;
      return {
        name: param,
        required: !(type as z.ZodType).isOptional(),
        ...(description === undefined ? {} : { description }),
        schema,
      };
    }),
    result: { name: "result", schema: schemaOf(result) },
    errors: Object.keys(rpcErrorCodes).map((error) => ({ $ref: `#/components/errors/${error}` })),
  };
}

function schemaOf(type: z.ZodType): { readonly description?: string } {
  const { $schema: _, ...schema } = z.toJSONSchema(type, { io: "input" });
  return schema as { readonly description?: string };
}
