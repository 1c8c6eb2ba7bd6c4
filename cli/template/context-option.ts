import { ROWS } from '../../functions/contracts/settings.ts';
import { UsageError } from '../errors.ts';

/** Keys that the app reads, as `cdk deploy -c` takes them. */
const KEYS: readonly string[] = ROWS.flatMap(([name, { context }]) => (context === false ? [] : [name]));

/**
 * Reads `--context <key>=<value>`; the last one of a key counts, as for the CDK.
 *
 * @throws UsageError
 */
export function contextOf(given: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    given.map((text) => {
      const [, key = '', value] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
      if (value === undefined || key === '') {
        throw new UsageError(
          `--context: got ${JSON.stringify(text)}, want <key>=<value>, like healthCheckPath=/health`,
        );
      }
      if (!KEYS.includes(key)) {
        throw new UsageError(`--context: got the key ${JSON.stringify(key)}, want one of ${KEYS.join(', ')}`);
      }
      return [key, value];
    }),
  );
}
