import { quiet } from '../../support/quiet.ts';
import { Fleet, shapeOf } from './fleet.ts';
import { startStage } from './stage.ts';

// `node unthrottled.ts`: publishes a fleet whose task definitions are more than a burst of the account, and one that has only
// to be read; ends with 1 where AWS's token buckets refused a call.
quiet();
const stage = startStage({ records: 10_000, seed: 1 });
new Fleet(stage.world, shapeOf('1000'), 1);
await stage.full();
await stage.full();
const { retries, runs } = stage.take();
const said = `${runs.map(({ end }) => end).join(', ')}; ${retries} calls were refused and made again`;
process.stdout.write(retries === 0 ? `${said}\n` : `a full run breaks a law (L11): ${said}\n`);
process.exitCode = retries === 0 ? 0 : 1;
