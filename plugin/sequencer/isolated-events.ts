import { EventEmitter } from "node:events";

/** Names of events, with what a listener gets. */
type EventsOf<Events> = Record<keyof Events, unknown[]>;

/**
 * An emitter whose listeners are on their own: what one of them throws keeps no other from being told, and is not taken
 * for a failure of what it was told of, which has happened.
 */
export class IsolatedEvents<Events extends EventsOf<Events>> extends EventEmitter<Events> {
  /**
   * Gets what a listener has thrown. Default: it is an uncaught exception of the process, as in a listener that nobody
   * waits for, so that it ends a program or fails a test.
   */
  onFailure: (error: unknown) => void = (error) => {
    queueMicrotask(() => {
      throw error;
    });
  };

  override readonly emit: EventEmitter<Events>["emit"] = (name, ...args) => {
    const listeners = this.rawListeners(name);
    for (const listener of listeners) {
      try {
        Reflect.apply(listener, this, args);
      } catch (error) {
        this.onFailure(error);
      }
    }
    return listeners.length > 0;
  };
}
