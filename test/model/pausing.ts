import { pause } from '../../cli/commands/pause.ts';
import { resume } from '../../cli/commands/resume.ts';
import type { Context } from '../../cli/context.ts';
import { UsageError } from '../../cli/errors.ts';
import { zoneReader, zoneWriter } from '../../functions/adapters/route53-zone.ts';
import { ACCOUNT, REGION } from '../stand-ins/in-memory-aws.ts';
import { OWNER, type World, ZONE, ZONE_ID } from '../support/world.ts';

/** Somebody who pauses and resumes the deployment by the command's own code, call by call beside whatever runs. */
export interface Pausing {
  /** The other of the two; false while the last order has not come to its end. */
  order(): boolean;
  /** Whether a pause stands in the zone, or an order is under way. */
  readonly open: boolean;
}

interface Around {
  readonly underWay: ReadonlySet<string>;
  readonly violations: string[];
  /** What `resume` starts. */
  readonly start: () => void;
  /** Keeps the history going until an order has come to its end. */
  readonly goesOn: (order: Promise<void>) => void;
}

/** Passes that began to read the zone while a pause stood in it, and had read it when the same one still did. */
export function pausedPasses() {
  const began = new Map<string, number>();
  const bound = new Set<string>();
  let pauses = 0;
  let stands = false;
  return {
    /** @param paused whether a pause stands since the last change of the zone */
    changed(paused: boolean) {
      if (paused && !stands) pauses += 1;
      stands = paused;
    },
    begins(step: string, pass: string) {
      if (!stands) return;
      if (step === 'SnapshotZone') began.set(pass, pauses);
      if (step === 'ListClusters' && began.get(pass) === pauses) bound.add(pass);
    },
    has: (pass: string) => bound.has(pass),
  };
}

/**
 * Two laws: no pass that has read the zone while it was paused changes it, and nobody changes it between the end of
 * `ecssd pause` and the beginning of `ecssd resume`.
 */
export function pausing(world: World, passes: ReturnType<typeof pausedPasses>, around: Around): Pausing {
  const { aws, clock } = world;
  const { underWay, violations, start, goesOn } = around;
  let busy = false;
  let acknowledged = false;
  const stands = () =>
    aws.route53
      .recordSets(ZONE_ID)
      .some(
        ({ Type, ResourceRecords = [] }) =>
          Type === 'TXT' && ResourceRecords.some(({ Value = '' }) => Value.includes('paused=')),
      );
  aws.route53.onChange(({ comment = '' }) => {
    passes.changed(stands());
    const [, execution, pass] = /execution (\S+) pass (\d+)/.exec(comment) ?? [];
    if (execution === undefined || execution.startsWith('green')) return;
    if (passes.has(`${execution} ${pass}`)) violations.push(`${comment} changes the zone, which it has read as paused`);
    if (acknowledged) violations.push(`${comment} changes the zone after ecssd pause has ended`);
  });
  const running = () => [...underWay].map((name) => ({ name, status: 'RUNNING' }));
  const context = {
    io: { print: () => {}, tell: () => {}, progress: () => {}, variables: {}, now: clock.now, pause: clock.sleep },
    deployment: { id: `${ACCOUNT}/${REGION}/test`, naming: { zone: ZONE, owner: OWNER }, stateMachine: 'reconcile' },
    zone: { ...zoneReader(ZONE_ID, aws.clients.route53), ...zoneWriter(ZONE_ID, aws.clients.route53) },
    machines: { executions: async () => running(), start: async () => Promise.reject(new Started()) },
  } as unknown as Context;
  const given = { operands: [], flag: () => true, text: () => undefined, texts: () => [] };
  const ordered = async (pauses: boolean) => {
    if (!pauses) acknowledged = false;
    for (;;) {
      try {
        await (pauses ? pause : resume).run(given, { io: context.io, connect: async () => context });
        acknowledged = pauses;
        return;
      } catch (fault) {
        if (fault instanceof Started) return start();
        // The zone was not as it was read: the person tries again.
        if (!(fault instanceof UsageError)) throw fault;
      }
    }
  };
  return {
    order() {
      if (busy) return false;
      busy = true;
      goesOn(
        ordered(!stands()).finally(() => {
          busy = false;
        }),
      );
      return true;
    },
    get open() {
      return busy || stands();
    },
  };
}

/** In place of the answer to the start that `resume` asks for: the history follows its runs itself. */
class Started extends Error {}
