/** Shares this process's CPU time out among what runs in turns. */
export interface Stopwatch<Owner> {
  /** From now on the time belongs to this one, or to nobody. */
  belongsTo(owner: Owner | undefined): void;
}

/** @param spend told of each stretch that has ended, in milliseconds */
export function stopwatch<Owner>(spend: (owner: Owner, milliseconds: number) => void): Stopwatch<Owner> {
  let owner: Owner | undefined;
  let since = process.cpuUsage();
  return {
    belongsTo(next) {
      const now = process.cpuUsage();
      if (owner !== undefined) spend(owner, (now.user + now.system - since.user - since.system) / 1_000);
      owner = next;
      since = now;
    },
  };
}
