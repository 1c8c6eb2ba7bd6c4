import { globSync, readFileSync } from 'node:fs';

/** One form of a task on its way, and the function that makes the next one of it. */
interface Stage {
  readonly form: string;
  /** Absent at the end of the way. */
  readonly by?: string;
}

/** The forms of one task from the answer of ECS to the request to Route 53: no others (CONTRIBUTING). */
const WAY: readonly Stage[] = [
  { form: 'EcsTask', by: 'toTask' },
  { form: 'Task', by: 'claimsOf' },
  { form: 'Claim', by: 'judgeName' },
  { form: 'NameJudgement', by: 'settleName' },
  { form: 'RecordSet', by: 'changeUnits' },
  { form: 'ChangeUnit', by: 'batchUnits' },
  { form: 'ChangeBatch' },
];

/**
 * Mermaid's text of the way of one task: its forms with the files that declare them, and who makes the next one where.
 *
 * @throws Error where a form or a function of the way is not declared in exactly one file
 */
export function way(): string {
  const texts = globSync('functions/{adapters,domain}/**/*.ts')
    .sort()
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
  const fileOf = (what: string, declared: RegExp): string => {
    const [file, ...more] = texts.filter(({ text }) => declared.test(text)).map(({ path }) => path);
    if (file === undefined || more.length > 0) {
      throw new Error(
        `${what} is declared in ${[file, ...more].join(', ') || 'no file'}, want one: see test/house/way.ts`,
      );
    }
    return file.replace(/^functions\/(domain\/)?/, '');
  };
  return [
    'flowchart TD',
    ...WAY.flatMap(({ form, by }, at) => {
      const where = fileOf(form, new RegExp(`(^export (interface|type) |^  type \\w+ as )${form}\\b`, 'm'));
      const node = `  ${form}["${form}<br>${where}"]`;
      const next = WAY[at + 1];
      if (by === undefined || !next) return [node];
      const maker = fileOf(by, new RegExp(`^(export )?(function|const) ${by}\\b`, 'm'));
      return [node, `  ${form} -->|"${by}<br>${maker}"| ${next.form}`];
    }),
  ].join('\n');
}
