import { MAX_DETAIL, printable } from '../words/text.ts';

/** A cluster that could not be read in a run, and why. */
export interface UnreadCluster {
  readonly cluster: string;
  /** The error's name, as the state machine knows it. */
  readonly error: string;
  /** The first line of what was said, printable and at most 200 characters; empty where nothing was. */
  readonly cause: string;
}

/** Clusters that findings name one by one. */
const NAMED = 10;

/** Of a text that may have many lines, what a person reads first. */
export const firstLine = (text: string): string => printable(text.trim().split(/\r?\n/, 1)[0] ?? '', MAX_DETAIL);

export const whyUnread = ({ error, cause }: Pick<UnreadCluster, 'error' | 'cause'>): string =>
  printable(cause === '' ? error : `${error}: ${cause}`, MAX_DETAIL);

/** A sentence for each cluster that could not be read, and one for those beyond the first ten. */
export function unreadFindings(unread: readonly UnreadCluster[]): readonly string[] {
  const more = unread.length - NAMED;
  return [
    ...unread.slice(0, NAMED).map((one) => `${nameOf(one)} was not read, its values are held: ${whyUnread(one)}`),
    ...(more > 0 ? [`${more} clusters more were not read, their values are held`] : []),
  ];
}

/** `cluster/shop`, since an ARN would leave little room for the cause. */
const nameOf = ({ cluster }: UnreadCluster) => cluster.split(':').at(-1) ?? cluster;

/** Of several passes the last word about each cluster. */
export const joinUnread = (passes: readonly (readonly UnreadCluster[])[]): readonly UnreadCluster[] => [
  ...new Map(passes.flat().map((one) => [one.cluster, one])).values(),
];
