import { MAX_PAUSE_REASON } from '../../functions/domain/zone/pause.ts';
import type { Action, ActionField, State } from '../views.ts';
import { lastOf } from './texts.ts';

/** The ids of what may be ordered of any deployment. */
export const ORDERS = ['run', 'dry-run', 'pause', 'resume', 'approve'] as const;
export type OrderId = (typeof ORDERS)[number];

interface Known {
  readonly paused: boolean;
  /** Whether the zone could be read: without it nobody knows whether it is paused. */
  readonly zoneKnown: boolean;
  readonly held: State['held'];
  /** ARNs, where a reading tells of some. */
  readonly clusters: readonly string[];
}

/** Clusters that can be chosen. */
const MOST_CLUSTERS = 200;

/** The buttons of any deployment, with what AWS would see of each. */
export function orders({ paused, zoneKnown, held, clusters }: Known): readonly Action[] {
  const cluster = clusterField(clusters);
  const unknown = zoneKnown ? undefined : 'the zone cannot be read, so nobody knows whether it is paused';
  const actions: readonly (Action & { readonly refused?: string | undefined })[] = [
    {
      id: 'run',
      group: 'run',
      label: 'Start a run',
      says: 'Reads everything and makes what is to change: states:StartExecution.',
      fields: cluster,
      ...(paused && { refused: 'it is paused: a run would only plan and report' }),
    },
    {
      id: 'dry-run',
      group: 'run',
      label: 'Dry run',
      says: 'Plans and reports, changes nothing: states:StartExecution with dryRun.',
      fields: cluster,
    },
    {
      id: 'pause',
      group: 'run',
      label: 'Pause',
      says: 'From then on runs plan and report only: route53:ChangeResourceRecordSets of the marker.',
      fields: [
        {
          id: 'reason',
          label: `Why, in at most ${MAX_PAUSE_REASON} octets; everybody who can resolve names can read it`,
        },
      ],
      ...refusal(unknown ?? (paused ? 'it is paused already' : undefined)),
    },
    {
      id: 'resume',
      group: 'run',
      label: 'Resume',
      says: 'Ends the pause and starts a full run: route53:ChangeResourceRecordSets of the marker, states:StartExecution.',
      fields: [],
      ...refusal(unknown ?? (paused ? undefined : 'it is not paused')),
    },
    {
      id: 'approve',
      group: 'run',
      label: 'Approve held removals',
      says: 'Starts a full run that looks again and removes what is still held of this list: states:StartExecution with approve.',
      fields: [],
      ...(held && { typed: held.hash }),
      ...refusal(
        held === undefined
          ? 'nothing is held'
          : paused
            ? 'it is paused: what is approved goes after resume'
            : undefined,
      ),
    },
  ];
  return actions;
}

const refusal = (refused: string | undefined) => (refused === undefined ? {} : { refused });

function clusterField(clusters: readonly string[]): readonly ActionField[] {
  if (clusters.length < 2) return [];
  const options = clusters.slice(0, MOST_CLUSTERS).map((arn) => ({ value: lastOf(arn), label: lastOf(arn) }));
  return [
    {
      id: 'cluster',
      label: 'Of which cluster; what others publish is held',
      options: [{ value: '', label: 'every cluster' }, ...options],
      value: '',
    },
  ];
}
