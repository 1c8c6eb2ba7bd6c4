import type { Colour, ColourCounts, DeploymentStep, DeploymentView } from '../../views.ts';

/** The shape that goes with a colour, of a square of 10 × 10: whoever sees no colours sees these, and reads the word. */
export const COLOUR_PATHS: Readonly<Record<Colour, string>> = {
  blue: 'M1 1h8v8h-8z',
  green: 'M5 .2l4.8 4.8-4.8 4.8-4.8-4.8z',
};

/** Where instances of a deployment are, and how many of each colour. */
export interface Where {
  readonly title: string;
  readonly chips: readonly { readonly colour: Colour; readonly count: number }[];
}

const PLACES: readonly { readonly title: string; readonly of: (counts: ColourCounts) => number }[] = [
  { title: 'in DNS', of: ({ serve, held }) => serve + held },
  { title: 'waiting outside', of: ({ wait }) => wait },
  { title: 'not passing', of: ({ other }) => other },
];

/** The picture of a shift: who is in DNS and who waits outside, always; who does not pass only where somebody does not. Of nobody there is none. */
export const wheresOf = (counts: DeploymentView['counts']): readonly Where[] =>
  PLACES.map(({ title, of }, at) => ({
    title,
    chips: (['blue', 'green'] as const).flatMap((colour) => {
      const count = of(counts[colour]);
      return count > 0 ? [{ colour, count }] : [];
    }),
    at,
  }))
    .filter(({ chips, at }, _, all) => (at < 2 ? all.some((one) => one.chips.length > 0) : chips.length > 0))
    .map(({ title, chips }) => ({ title, chips }));

/** What a screen reader says behind a step. */
export const STEP_SAYS: Readonly<Record<DeploymentStep['at'], string>> = {
  passed: 'passed',
  here: 'now',
  next: 'not yet',
};

/** Names at which something is deployed. */
export const deployedNames = (deployments: readonly DeploymentView[] = []): ReadonlySet<string> =>
  new Set(deployments.flatMap(({ names, testName }) => (testName === undefined ? names : [...names, testName])));
