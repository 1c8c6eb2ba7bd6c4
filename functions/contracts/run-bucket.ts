/** What crossing payloads and lasting objects need of the run bucket. */
export interface Objects {
  /** Undefined when there is no such object. */
  get(key: string): Promise<string | undefined>;
  put(key: string, text: string): Promise<void>;
  /**
   * Reads, changes and writes one object so that no change in between is lost. One that may not be read is given as none,
   * and written over.
   *
   * @param change gives the new text, or undefined to leave the object as it is
   */
  revise(key: string, change: (text: string | undefined) => string | undefined): Promise<void>;
}
