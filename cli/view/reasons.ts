import type {
  Disposition,
  LeftOutReason,
  PublishedReason,
  RemovedReason,
} from '../../functions/domain/words/reason.ts';

/** Why a value stands in the zone, for people. */
const PUBLISHED: Readonly<Record<PublishedReason, string>> = {
  running: 'published: its task runs, and nothing checks it',
  healthy: 'published: it passes its checks',
  'held-unread': 'held: its cluster was not read in this run',
  'held-unattributed': 'held: nobody knows whose it is, and not everything could be read',
  'held-panic': 'held: it fails, but too few others of the name pass',
  'held-prober': 'held: most probes failed at once, so the health checker is suspected; or nothing judged it',
  'held-contradiction': 'held: ECS contradicts itself about its task, or its answer lacks something of it',
  'held-guard': 'held: nothing explains its removal, which waits for approval',
  'held-no-address': 'held: its task runs, but its host tells no address at the moment',
  'held-quarantined': 'held: it was to leave, but Route 53 refused the change of this name',
  'held-contended': 'held: it was to leave, but others kept changing the name',
  'held-until-full': 'held: the next full run decides about it',
};

/** Why a value left the zone. */
const REMOVED: Readonly<Record<RemovedReason, string>> = {
  'task-stopped': 'draining or gone: ECS has decided to stop its task, or its container has stopped',
  'host-gone': 'gone: its host is stopped, terminated or inactive',
  unhealthy: 'removed: its check fails, and enough others of the name pass',
  unexplained: 'removed: every cluster was read, and nothing accounts for it',
  ignored: 'removed: its container ignores the port',
  replaced: 'removed: the same port serves the name at another endpoint, or with another priority or weight',
  'over-capacity': 'over capacity: the record set is full',
  withdrawn: 'withdrawn: this deployment takes everything back (remove)',
};

/** Why a declared port is not in the zone. */
const LEFT_OUT: Readonly<Record<LeftOutReason, string>> = {
  'invalid-name': 'bad name: SERVICE_<port>_NAME is no name below the zone',
  'invalid-port': 'bad port: <port> of SERVICE_<port>_NAME is not 1–65535',
  'invalid-value': 'bad value: another variable of the port cannot be read',
  'too-many': 'too many: its task declares more ports than one may',
  'reserved-name': 'bad name: it lies at or below the owner label',
  ignored: 'left out on purpose: SERVICE_<port>_IGNORE is set',
  'no-definition': 'unknown: ECS does not know its task definition any more, so nobody can tell what it declares',
  'no-binding': 'no port mapping: the task has no IPv4 binding of that container port and protocol',
  'no-address': 'no host address: neither the task nor EC2 tells an IPv4 address that others reach',
  starting: 'starting: not RUNNING yet, or not passing within its grace',
  stopping: 'draining: ECS stops its task, or its container has stopped',
  'host-gone': 'gone: its host is stopped, terminated or inactive',
  unhealthy: 'failing check: its grace is over',
  unprobed: 'not judged: nothing could check it',
  'over-capacity': 'over capacity: the record set is full',
  conflict:
    'other owner: a CNAME or an SRV record set of another routing policy stands at the name, or others kept changing it',
  quarantined: 'quarantined: Route 53 refused the change of this name, or something of others stands at its address',
  withdrawn: 'withdrawn: this deployment takes everything back (remove)',
};

const TEXTS = { published: PUBLISHED, removed: REMOVED, 'left-out': LEFT_OUT };

/** A reason code as a person reads it; a code of a newer version stands for itself. */
export function reasonText({ outcome, reason }: Pick<Disposition, 'outcome'> & { readonly reason: string }): string {
  const texts: Readonly<Record<string, string>> = TEXTS[outcome];
  return (Object.hasOwn(texts, reason) ? texts[reason] : undefined) ?? `${outcome}: ${reason}`;
}
