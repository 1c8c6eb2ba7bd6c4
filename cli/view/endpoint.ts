import { printable } from '../../functions/domain/words/text.ts';

/** Longer addresses are cut. */
const LONGEST = 80;

/** One service, as in `AWS_ENDPOINT_URL_<service>`, and where it is asked. */
export interface Asked {
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

/** An endpoint, and what says it. */
export interface Place {
  /** A variable, or PROFILE. */
  readonly setting: string;
  readonly url: string;
}

/** Of a place that no variable says. */
export const PROFILE = 'endpoint_url of the profile';

/**
 * Every endpoint that somebody has set, with where it is to be taken out again.
 *
 * @param asked what the SDK has found, in variables and in the shared config file
 */
export function placesOf(
  variables: Readonly<Record<string, string | undefined>>,
  asked: readonly Asked[],
): readonly Place[] {
  const set = Object.entries(variables)
    .flatMap(([setting, url]) => (/^AWS_ENDPOINT_URL(_[A-Z0-9_]+)?$/.test(setting) && url ? [{ setting, url }] : []))
    .sort((one, other) => (one.setting < other.setting ? -1 : 1));
  const others = new Set(asked.map(({ url }) => url)).difference(new Set(set.map(({ url }) => url)));
  return [...set, ...[...others].map((url) => ({ setting: PROFILE, url }))];
}

/** `at http://127.0.0.1:4600, which is not AWS's`, for every such place; empty where there is none. */
export function placesText(places: readonly Place[]): string {
  const shown = places
    .filter(({ url }) => URL.canParse(url) && !isOfAws(url))
    .map(({ setting, url }) => `${printable(url, LONGEST)}${setting === 'AWS_ENDPOINT_URL' ? '' : ` (${setting})`}`);
  return shown.length === 0 ? '' : `at ${shown.join(' and ')}, which is not AWS's`;
}

/** How to ask AWS itself again. */
export function unsetting(places: readonly Place[]): string {
  const [profile, variables] = [places.some(isOfProfile), places.some((place) => !isOfProfile(place))];
  const ways = [
    ...(variables ? ['unset the variable'] : []),
    ...(profile ? [`take ${PROFILE} out of the shared config file, or set another AWS_PROFILE`] : []),
  ];
  return `For an account, ${ways.join(', and ')}`;
}

const isOfProfile = ({ setting }: Place) => setting === PROFILE;

export const isOfAws = (url: string): boolean => /\.(amazonaws\.com(\.cn)?|api\.aws|aws\.dev)$/.test(hostOf(url));

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname : '');
