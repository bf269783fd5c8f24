import type { Provider } from "ethers";
import { L1Unavailable } from "./errors.ts";

/**
 * The same provider, whose requests fail when a node keeps them waiting: a request that never ends would stop whoever
 * follows L1 without a word.
 *
 * @param milliseconds - That a request may take.
 */
export function withRequestTimeout<P extends Provider>(provider: P, milliseconds: number): P {
  const proxy: P = new Proxy(provider, {
    get(target, property) {
      // Contracts and signers find the provider by itself.
      if (property === "provider") return proxy;
      const value: unknown = Reflect.get(target, property);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        const result: unknown = value.apply(target, args);
        return result instanceof Promise ? inTime(result, String(property), milliseconds) : result;
      };
    },
  });
  return proxy;
}

async function inTime<T>(promise: Promise<T>, request: string, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new L1Unavailable("L1's node does not answer.", { request, "waited, ms": milliseconds }));
    }, milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
