/** A connection that can be told things. */
export interface Subscriber {
  /** Sends a notification. A connection that does not read what it is sent is closed. */
  notify(method: string, params: unknown): void;
  /** Calls back once the connection has ended; at once if it has. */
  onEnd(callback: () => void): void;
}
