import { EXIT } from '../command.ts';
import type { Context } from '../context.ts';
import { faultLines } from '../view/fault.ts';
import { statusReport, statusText } from '../view/status-text.ts';
import { timeText } from '../view/style.ts';
import { knownSince, type Look, look, SHOWN_RUNS } from './look.ts';
import { judge, verdictText } from './verdict.ts';

/** Milliseconds after which everything is asked again, whatever runs do. */
const WHOLE_LOOK = 60_000;

interface Watching {
  readonly seconds: number;
  readonly json: boolean;
}

/**
 * Looks again and again until somebody ends it. Each time one call says which runs there are; zone and outcomes are read
 * again where that has changed, or after a minute, so that watching takes nothing from the runs.
 *
 * A terminal is redrawn. Elsewhere each change of what leads is a line. A fault is shown, and it goes on.
 */
export async function watch(context: Context, { seconds, json }: Watching): Promise<number> {
  const { io } = context;
  const show = io.redraw && !json ? drawn(context, seconds) : lined(context, json);
  if (!io.redraw || json) io.tell(`looks every ${seconds} s, says what changes; Ctrl-C ends it`);
  let last: { readonly look: Look; readonly at: number; readonly runs: string } | undefined;
  while (!io.closed?.()) {
    try {
      const runs = await runsOf(context, last?.look);
      const isDue = last === undefined || last.runs !== runs || io.now() - last.at >= WHOLE_LOOK;
      if (isDue) {
        const looked = await look(context, last?.look);
        last = { look: looked, at: io.now(), runs };
      }
      if (last) show.seen(isDue ? last.look : later(last.look, io.now()));
    } catch (fault) {
      show.failed(faultLines(fault, io.variables, context.endpoints));
    }
    await io.pause(seconds * 1_000);
  }
  return EXIT.ok;
}

/** Which runs there are, in a text to compare; unknown counts as changed once. */
async function runsOf({ machines, deployment }: Context, before: Look | undefined): Promise<string> {
  if (!before) return '';
  const runs = await machines.executions(deployment.stateMachine, SHOWN_RUNS);
  return runs.map(({ name, status }) => `${name} ${status}`).join();
}

/** The same as it is to be told some time later: ages go on, and what was in time may be late. */
function later(before: Look, now: number): Look {
  const facts = { ...before.facts, now };
  return { ...before, facts, verdicts: knownSince(judge(facts), before.verdicts) };
}

/** The whole status, redrawn. */
function drawn({ io, paint, deployment }: Context, seconds: number) {
  let lines: readonly string[] = [];
  const draw = (beside: readonly string[]) =>
    io.redraw?.([
      ...lines.slice(0, 1),
      ...beside.map((line) => paint('red', line)),
      paint('dim', `${timeText(io.now())} UTC, looks every ${seconds} s; Ctrl-C ends it`),
      ...lines.slice(1),
    ]);
  return {
    seen(looked: Look) {
      lines = statusText(statusReport(looked, deployment), paint);
      draw([]);
    },
    failed: draw,
  };
}

/** A line for each change of what leads. */
function lined({ io, deployment }: Context, json: boolean) {
  let before = '';
  const say = (key: string, print: () => void) => {
    if (key !== before) print();
    before = key;
  };
  return {
    seen(looked: Look) {
      const { verdict, also, ...report } = statusReport(looked, deployment);
      const key = [verdict, ...also].map((one) => `${one.case} ${one.next}`).join();
      const counts = report.names.map(({ name, instances }) => `${name} ${instances.length}`).join();
      say(`${key} ${counts}`, () =>
        io.print(
          json
            ? JSON.stringify({ at: io.now(), verdict, also, ...report })
            : `${timeText(io.now())}  ${verdictText(verdict)}${also.length > 0 ? ` (and ${also.length} more)` : ''}`,
        ),
      );
    },
    failed: (lines: readonly string[]) =>
      say(lines.join(), () => io.tell(`${timeText(io.now())}  could not look: ${lines.join('; ')}`)),
  };
}
