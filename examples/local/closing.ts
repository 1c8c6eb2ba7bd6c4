/** What has been started, to be ended in the opposite order: what was started last depends on what was started before. */
export interface Closing {
  /** @param end called once, when all is ended */
  onClose(end: () => Promise<void> | void): void;
  /**
   * Ends everything, also where one end fails; a second call waits for the first.
   *
   * @throws the first failure
   */
  close(): Promise<void>;
}

export function startClosing(): Closing {
  const ends: (() => Promise<void> | void)[] = [];
  const closeAll = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (let end = ends.pop(); end; end = ends.pop()) {
      try {
        await end();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  };
  let closing: Promise<void> | undefined;
  return { onClose: (end) => void ends.push(end), close: () => (closing ??= closeAll()) };
}
