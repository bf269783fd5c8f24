/** Called with what a subscription tells. */
export type Listener = (event: unknown) => void;

/** A way to a node. */
export interface Transport {
  /**
   * Calls a method.
   *
   * @returns its result, not yet looked at
   * @throws RemoteError
   */
  request(method: string, params: Readonly<Record<string, unknown>>): Promise<unknown>;

  /**
   * Subscribes until the returned function is called; again after each loss of the connection.
   *
   * @throws RemoteError
   */
  subscribe(params: Readonly<Record<string, unknown>>, listener: Listener): Promise<() => Promise<void>>;

  close(): void;
}
