// One operation at a time, in the order asked for. Start, stop and restart of the server go through
// this, so that quick restarts never leave a second server behind.

export class Queue {
  #tail: Promise<unknown> = Promise.resolve();
  #waiting: { name: string; done: Promise<unknown> } | undefined;

  /** Runs `operation` when everything before it is over. An operation that already waits at the end under the same name is not queued twice. */
  enqueue<T>(name: string, operation: () => Promise<T>): Promise<T> {
    if (this.#waiting?.name === name) return this.#waiting.done as Promise<T>;
    const done = this.#tail.then(() => {
      if (this.#waiting?.done === done) this.#waiting = undefined;
      return operation();
    });
    this.#waiting = { name, done };
    this.#tail = done.catch(() => undefined); // the caller hears of it; those behind go on
    return done;
  }
}
