import fc from 'fast-check';

const LETTERS = 'abcxyzABCXYZ0189'.split('');

/** Labels that a name may consist of, the owner label of the tests now and then, and some just above the limit. */
export const label = () =>
  fc.oneof(
    { weight: 6, arbitrary: fc.stringMatching(/^[a-zA-Z0-9_]([a-z0-9_-]{0,8}[a-z0-9_])?$/) },
    { weight: 2, arbitrary: fc.constantFrom('ecs', 'ECS', '_tcp', '_udp', '_calc') },
    {
      weight: 1,
      arbitrary: fc
        .integer({ min: 60, max: 64 })
        .chain((length) =>
          fc
            .array(fc.constantFrom(...LETTERS), { minLength: length, maxLength: length })
            .map((letters) => letters.join('')),
        ),
    },
  );

/** Names relative to a zone, mostly valid ones. */
export const relativeName = () => fc.array(label(), { minLength: 1, maxLength: 5 }).map((labels) => labels.join('.'));
