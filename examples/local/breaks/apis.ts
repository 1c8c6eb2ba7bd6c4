import type { LocalCluster } from '../ecs/cluster.ts';
import { API_FAULTS, type ApiFault, type ApiSwitches } from '../faults/api-switches.ts';
import { UsageError } from '../options.ts';
import { type Break, choice, given, oneOf } from './break.ts';

/** Calls of a run, and what breaks them in the most telling ways; `npm run fault` takes all others too. */
const PLACES = [
  'ecs:ListTasks',
  'ecs:DescribeTasks',
  'ecs:ListClusters',
  'ec2:DescribeInstances',
  'route53:ListResourceRecordSets',
  'route53:ChangeResourceRecordSets',
  'sqs:ReceiveMessage',
  's3:PutObject',
] as const;

const LABELS: Readonly<Record<ApiFault, string>> = {
  throttle: 'throttled',
  '5xx': 'fails inside',
  denied: 'not allowed',
  empty: 'says that there is nothing',
  reset: 'hangs up',
  slow: 'answers late',
};

/** What AWS's own APIs can do to a run. */
export function apiBreaks(api: ApiSwitches, clusters: () => readonly LocalCluster[]): readonly Break[] {
  const broken = () => api.broken().map(([place, fault]) => [place, `${place}, ${LABELS[fault]}`] as const);
  const cut = () => api.cut();
  const joined = () => clusters().flatMap(({ name }) => (cut().includes(name) ? [] : [[name, name] as const]));
  return [
    {
      id: 'break-api',
      label: 'Break an API',
      says: () => {
        const now = broken().map(([, text]) => text);
        return `A call is throttled, fails, is denied or lies. ${now.length === 0 ? 'Now all of them answer.' : `Now: ${now.join('; ')}.`}`;
      },
      fields: () => [
        choice(
          'call',
          'Call',
          PLACES.map((place) => [place, place]),
        ),
        choice(
          'fault',
          'What it does',
          API_FAULTS.map((fault) => [fault, LABELS[fault]]),
        ),
      ],
      async act(fields) {
        const [place = '', fault] = [fields.get('call'), fields.get('fault')];
        const known = API_FAULTS.find((one) => one === fault);
        if (!PLACES.some((one) => one === place) || !known)
          throw new UsageError(`want one of ${PLACES.join(', ')} and a fault`);
        api.set(place, known);
        return `${place}: ${LABELS[known]} from now on`;
      },
    },
    {
      id: 'mend-api',
      label: 'Mend an API',
      says: () => 'The call answers again as it should.',
      ...oneOf('call', 'Call', broken, 'no call is broken'),
      async act(fields) {
        const place = fields.get('call') ?? '';
        if (!broken().some(([one]) => one === place)) throw new UsageError(`${given(fields, 'call')} is not broken`);
        api.recover(place);
        return `${place} answers again`;
      },
    },
    {
      id: 'cut-cluster',
      label: 'Cut off a cluster',
      says: () =>
        `Every ecs call about one cluster is denied, as by a policy: its values are held. ${cut().length === 0 ? 'Now every cluster can be read.' : `Now cut off: ${cut().join(', ')}.`}`,
      ...oneOf('cluster', 'Cluster', joined, 'every cluster is cut off'),
      async act(fields) {
        const name = fields.get('cluster') ?? '';
        if (!joined().some(([one]) => one === name))
          throw new UsageError(`there is no cluster ${given(fields, 'cluster')} to cut off`);
        api.cutOff(name);
        return `ecs: calls about ${name} are denied from now on`;
      },
    },
    {
      id: 'join-cluster',
      label: 'Let a cluster be read again',
      says: () => 'Calls about it are allowed again.',
      ...oneOf('cluster', 'Cluster', () => cut().map((name) => [name, name]), 'no cluster is cut off'),
      async act(fields) {
        const name = fields.get('cluster') ?? '';
        if (!cut().includes(name)) throw new UsageError(`${given(fields, 'cluster')} is not cut off`);
        api.join(name);
        return `ecs: calls about ${name} are answered again`;
      },
    },
  ];
}
