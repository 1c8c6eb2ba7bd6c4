/** An object of the run bucket that a run could not read or write, and went on without. */
export interface LostObject {
  readonly key: string;
  readonly access: 'read' | 'write';
  /** In one line. */
  readonly why: string;
  /** What stands there is ours and broken: writing it anew mends it. */
  readonly damaged?: true;
}

/** For people. */
export const lostFinding = ({ key, access, why }: LostObject): string =>
  access === 'read'
    ? `${key} of the run bucket cannot be read and counts as lost: ${why}`
    : `${key} of the run bucket cannot be written: ${why}`;
