import { UsageError } from '../../cli/errors.ts';
import { printableLines } from '../../functions/domain/words/text.ts';
import { quiet } from '../support/quiet.ts';
import { runStep } from './run-step.ts';

quiet();
try {
  for (const line of await runStep(process.argv.slice(2))) console.log(printableLines(line));
} catch (fault) {
  console.error(fault instanceof UsageError ? printableLines(fault.message) : fault);
  process.exitCode = 1;
}
