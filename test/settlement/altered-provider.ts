import type { Provider } from "ethers";

/** A provider some of whose methods answer otherwise, as a node that is limited, lies or lost something. */
export function altered(provider: Provider, methods: Partial<Provider>): Provider {
  const proxy: Provider = new Proxy(provider, {
    get(target, property) {
      // Signers and contracts find the provider by itself.
      if (property === "provider") return proxy;
      if (Object.hasOwn(methods, property)) return Reflect.get(methods, property);
      const value: unknown = Reflect.get(target, property);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return proxy;
}
