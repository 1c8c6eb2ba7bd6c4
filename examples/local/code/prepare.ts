import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { complaintOf, writeProblem } from '../complaint.ts';
import { OWN_SETTINGS, readOptions } from '../options.ts';
import { entriesOf } from '../template/deployment.ts';
import { synthesize } from '../template/synthesize.ts';
import { buildCode } from './build.ts';

/** `node prepare.ts <folder> <arguments of npm start>`: all that start.mjs needs before it starts the run itself. */

const [folder = '', ...args] = process.argv.slice(2);
try {
  readOptions(args, process.env); // nobody should wait to learn of a wrong option
  console.log('building the functions, synthesizing the stack …');
  const stack = await synthesize({ settings: OWN_SETTINGS });
  writeFileSync(join(folder, 'stack.json'), JSON.stringify(stack));
  await buildCode(folder, entriesOf(stack.template));
} catch (error) {
  const remedy = 'free some space, or set TMPDIR to another folder';
  console.error(complaintOf(writeProblem({ what: 'the built code', where: folder, remedy }, error)));
  process.exitCode = 1;
}
