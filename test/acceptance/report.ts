import { printable } from '../../functions/domain/words/text.ts';
import { VERDICTS, type Verdict } from './check.ts';
import type { Entry, Journal } from './journal.ts';

/** How many checks ended how. */
export function tally(entries: readonly Entry[]): Readonly<Record<Verdict, number>> {
  const counts = VERDICTS.map(
    (verdict) => [verdict, entries.filter((entry) => entry.verdict === verdict).length] as const,
  );
  return Object.fromEntries(counts) as Record<Verdict, number>;
}

/** Whether nothing speaks against what the project promises. */
export const accepted = (entries: readonly Entry[]): boolean => {
  const { otherwise, failed } = tally(entries);
  return entries.length > 0 && otherwise === 0 && failed === 0;
};

export const tallyText = (entries: readonly Entry[]): string =>
  Object.entries(tally(entries))
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${count} ${verdict}`)
    .join(', ') || 'nothing was asked';

/** A line of the output while it runs. */
export const line = ({ id, verdict, seen, expected }: Entry): string =>
  `${verdict.padEnd(11)} ${id}: ${printable(seen, 500)}${verdict === 'otherwise' || verdict === 'failed' ? ` (wanted: ${expected})` : ''}`;

/** `acceptance-<date>.md`. */
export function reportOf(journal: Journal): string {
  const { label, startedAt, entries, takenDown, kind } = journal;
  const cell = (text: string) => printable(text, 500).replaceAll('|', '\\|').replaceAll('<', '&lt;');
  const rows = entries.map(
    ({ id, asks, expected, seen, verdict }) =>
      `| ${id} | ${cell(asks)} | ${cell(expected)} | ${cell(seen)} | ${verdict} |`,
  );
  const details = entries
    .filter((entry) => (entry.details ?? []).length > 0)
    .flatMap(({ id, details = [] }) => [
      `## ${id}`,
      '',
      '```text',
      ...details.map((detail) => printable(detail, 1_000).replaceAll('```', "'''")),
      '```',
      '',
    ]);
  return [
    `# Acceptance of ${startedAt.slice(0, 10)}`,
    '',
    `*For whoever wants to know what was seen ${kind === 'local' ? 'on the local services' : 'in a real account'}.*`,
    '',
    `${label}. ${tallyText(entries)}. ${takenDown ? 'Everything was taken down.' : 'Not everything has been taken down yet.'}`,
    '',
    '| check | asks | expected | seen | |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
    ...details,
  ].join('\n');
}
