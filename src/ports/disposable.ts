/** Something owned: whoever created it disposes of it, once. VS Code's `Disposable` fits as it is. */
export interface Disposable {
  dispose(): void;
}

/** Subscribes to a value's changes; the returned disposable unsubscribes. VS Code's `Event` fits as it is. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/** The smallest event source: rooms that may not import `vscode` publish their changes with it. */
export class EventSource<T> {
  private readonly listeners = new Set<(value: T) => void>();

  /** Subscribe here. */
  readonly event: Event<T> = (listener) => {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  };

  /** Calls every listener with `value`, in the order they subscribed. */
  fire(value: T): void {
    for (const listener of [...this.listeners]) listener(value);
  }
}
