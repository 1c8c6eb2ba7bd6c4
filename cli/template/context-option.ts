import { CONTEXT_KEYS } from '../../functions/contracts/settings.ts';
import { orWhich } from '../../functions/domain/words/near.ts';
import { quoted } from '../../functions/domain/words/text.ts';
import { UsageError } from '../errors.ts';

/**
 * Reads `--context <key>=<value>`, with keys that the app reads; the last one of a key counts, as for the CDK.
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
      if (!CONTEXT_KEYS.includes(key)) {
        throw new UsageError(
          `--context: got the key ${quoted(key)}, which no setting has: ${orWhich(key, CONTEXT_KEYS)}; docs/settings.md has them all`,
        );
      }
      return [key, value];
    }),
  );
}
