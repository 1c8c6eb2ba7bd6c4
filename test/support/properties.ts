import fc from 'fast-check';

/**
 * One seed for all properties, so that a tree that passed passes again; another one, or none, explores:
 * `PROPERTY_SEED=random npm run unit`, or the seed that a failure has named.
 */
const given = process.env.PROPERTY_SEED ?? '20261122';
if (given !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(given) });
