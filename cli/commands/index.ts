import type { Command } from '../command.ts';
import { adopt } from './adopt.ts';
import { approve } from './approve.ts';
import { consoleCommand } from './console.ts';
import { cost } from './cost.ts';
import { explaining } from './explain.ts';
import { history } from './history.ts';
import { pause } from './pause.ts';
import { plan } from './plan.ts';
import { reconcile } from './reconcile.ts';
import { remove } from './remove.ts';
import { replay } from './replay.ts';
import { resume } from './resume.ts';
import { status } from './status.ts';
import { template } from './template.ts';

/** Every command by its name, in the order of the help. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  plan,
  reconcile,
  status,
  history,
  explain: explaining,
  approve,
  pause,
  resume,
  remove,
  adopt,
  replay,
  console: consoleCommand,
  cost,
  template,
};
