/**
 * The release of a deployment is a digest of its definition and of what its states hand on: each Task passes that of its
 * definition, each function has its own. While a stack is updated, or rolled back, a run meets functions of another release,
 * whose payloads it may not understand.
 *
 * @param own of this function; one that no deployment has made has none and serves any, and who calls without one is no run
 * @throws an Error named SupersededError, as the state machine knows it, when the two differ
 */
export function checkRelease(event: unknown, own: string | undefined): void {
  if (own === undefined || own === '') return;
  const { release } = (event ?? {}) as { readonly release?: unknown };
  if (release === undefined || release === own) return;
  const error = new Error(
    `this run is of release ${JSON.stringify(release)}, the function of "${own}": an update or a rollback has overtaken it; the next run takes over`,
  );
  error.name = 'SupersededError';
  throw error;
}
