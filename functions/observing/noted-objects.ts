import type { LastingObjects, Written } from '../contracts/lasting.ts';
import type { At, Body, Kind } from '../contracts/payloads.ts';
import { type LostObject, lostFinding } from '../domain/reading/lost-object.ts';
import { logger, metrics } from '../runtime/powertools.ts';

/** Objects that outlive runs, as one step reads and writes them: what is lost costs what belongs to it, and is noted. */
export interface NotedObjects {
  /**
   * What is kept; undefined where nothing is, or where it cannot be read.
   *
   * @throws ThrottledError or UnavailableError while patient
   */
  read<K extends Kind>(at: At<K>): Promise<Body<K> | undefined>;
  /** Begins a revision that follows soon, beside whatever else is waited for. */
  ahead(at: At<Kind>): void;
  /** Changes what is kept, on top of what others have written meanwhile; whether it is as wanted now. */
  revise<K extends Kind>(at: At<K>, change: (before: Body<K> | undefined) => Body<K> | undefined): Promise<boolean>;
  /** Keeps what nobody else writes; whether it is kept. */
  keep<K extends Kind>(at: At<K>, body: Body<K>): Promise<boolean>;
  /** The same of what others can do without: no fault of it is thrown, patient or not. */
  keepIfPossible<K extends Kind>(at: At<K>, body: Body<K>): Promise<boolean>;
  /** What could not be read or written so far. */
  lost(): readonly LostObject[];
  /** Counts and logs what was lost; for the end of a step. */
  report(): void;
}

/** Retries for the sake of one object, or of one cluster, of the six that the state machine makes. */
const PATIENCE = 4;

/** Whether a step gives its state back for the sake of one that does not answer for now; after that it goes on without it. */
export const isPatient = (retries: number): boolean => retries < PATIENCE;

/** A step that is tried again after a fault that passes: patient at first, so that one object cannot fail it for ever. */
export const patientObjects = (lasting: LastingObjects, retries: number): NotedObjects =>
  notedObjects(lasting, isPatient(retries));

/** A step that is not to be repeated for the sake of what it remembers. */
export const impatientObjects = (lasting: LastingObjects): NotedObjects => notedObjects(lasting, false);

/** @param patient whether a fault that passes is thrown, for the state machine to try again */
function notedObjects(lasting: LastingObjects, patient: boolean): NotedObjects {
  const noted = new Map<string, LostObject>();
  const begun = new Map<string, Promise<object>>();
  const note = (one: LostObject) => noted.set(`${one.access} ${one.key}`, one);
  const lost = () => [...noted.values()];
  const isWritten = ({ key }: At<Kind>, result: Written) => {
    if (result.state === 'lost') note({ key, access: 'write', why: result.why });
    return result.state === 'written';
  };
  return {
    async read(at) {
      const found = await lasting.read(at, patient);
      if (found.state === 'lost') {
        const { why, damaged } = found;
        note({ key: at.key, access: 'read', why, ...(damaged && { damaged }) });
      }
      return found.state === 'found' ? found.body : undefined;
    },
    ahead({ key, ...at }) {
      const reading = lasting.ahead({ key, ...at });
      if (reading !== undefined) begun.set(key, reading);
    },
    async revise(at, change) {
      const ahead = begun.get(at.key);
      begun.delete(at.key);
      return isWritten(at, await lasting.revise(at, change, { patient, ahead }));
    },
    keep: async (at, body) => isWritten(at, await lasting.keep(at, body)),
    keepIfPossible: async (at, body) => isWritten(at, await lasting.keep(at, body, { patient: false })),
    lost,
    report() {
      const count = (access: LostObject['access']) => lost().filter((one) => one.access === access).length;
      metrics.addMetric('ObjectsUnreadable', 'Count', count('read'));
      metrics.addMetric('ObjectsUnwritable', 'Count', count('write'));
      for (const one of lost()) logger.warn(lostFinding(one));
    },
  };
}
