import { printable } from '../../functions/domain/words/text.ts';

/** Longer addresses are cut. */
const LONGEST = 80;

/** One service, as in `AWS_ENDPOINT_URL_<service>`, and where it is asked. */
interface Asked {
  readonly service: string;
  readonly url: string;
}

/** `at http://127.0.0.1:4600, which is not AWS's`; with the services where not all `of` them are asked there; else undefined. */
export function endpointLine(asked: readonly Asked[], of: number): string | undefined {
  const foreign = Map.groupBy(
    asked.filter(({ url }) => !isOfAws(url)),
    ({ url }) => url,
  );
  const shown = [...foreign].map(([url, services]) => {
    const names = services.length === of ? '' : ` (${services.map(({ service }) => service).join(', ')})`;
    return `${printable(url, LONGEST)}${names}`;
  });
  if (shown.length === 0) return undefined;
  return `at ${shown.join(' and ')}, which ${shown.length === 1 ? 'is' : 'are'} not AWS's`;
}

export const isOfAws = (url: string): boolean => /\.(amazonaws\.com(\.cn)?|api\.aws|aws\.dev)$/.test(hostOf(url));

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname : '');
