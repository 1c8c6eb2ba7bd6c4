import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { HOSTILE_TEXTS, UNFIT } from '../support/hostile.ts';

const SCRIPT = `
  import { logger } from './functions/runtime/powertools.ts';
  const texts = JSON.parse(process.env.TEXTS);
  logger.info('outcome', { texts, nested: { text: texts } });
  logger.warn(texts.join(''), new Error(texts.join('\\n')));
`;

it('a log line says whatever it is given as text, and stays one line of JSON', () => {
  const env = { PATH: process.env.PATH, POWERTOOLS_LOG_LEVEL: 'INFO', TEXTS: JSON.stringify(HOSTILE_TEXTS) };

  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', SCRIPT], { env });

  const lines = `${stdout}${stderr}`.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).level)).toEqual(['INFO', 'WARN']);
  for (const line of lines) expect(line).not.toMatch(UNFIT);
  expect(JSON.parse(lines[1] ?? '').error.stack).toContain('\n    at ');
});
