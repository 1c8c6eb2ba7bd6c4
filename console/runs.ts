import { troublesOf } from '../functions/contracts/troubles.ts';
import { MAX_FINDING, MAX_MESSAGE, printable, quoted } from '../functions/domain/words/text.ts';
import { Refusal } from './http.ts';
import { briefOf } from './model/brief.ts';
import { heldRemovals } from './model/held.ts';
import { type Machine, machineOf } from './model/machine.ts';
import { runGraph, stateEntries } from './model/run-view.ts';
import { runRow, runStatus } from './model/runs.ts';
import { lastOf } from './model/texts.ts';
import type { Source } from './source.ts';
import type { NotKnown, RunView, StateEntry } from './views.ts';

/** Runs that have ended and do not change any more, kept for whoever looks at them again. */
const REMEMBERED = 10;
const MOST_FINDINGS = 100;
/** Executions that are listed to find one. */
const MOST_LISTED = 100;
/** What is drawn where nobody knows what the states did. */
const NOTHING: Machine = { states: [], ways: [] };
/** Milliseconds for which a run under way is not asked again. */
const FRESH = 1_000;
/** Names of executions (Step Functions API). */
const NAME = /^[^\p{C}\s<>{}[\]?*"#%\\^|~`$&,;:/]{1,80}$/u;

/** Single runs of a deployment, asked for when somebody opens them. */
export function runsOf(source: Source) {
  const machine = machineOf(source.deployed.definition);
  const known = new Map<string, { readonly until: number; readonly view: Promise<RunView> }>();
  return {
    view(execution: string): Promise<RunView> {
      checkName(execution);
      const found = known.get(execution);
      if (found && source.now() < found.until) return found.view;
      const view = look(execution);
      known.delete(execution);
      known.set(execution, { until: source.now() + FRESH, view });
      view.then(
        ({ status, notKnown }) => {
          if (status !== 'running' && notKnown.length === 0)
            known.set(execution, { until: Number.POSITIVE_INFINITY, view });
        },
        () => known.delete(execution),
      );
      for (const oldest of [...known.keys()].slice(0, -REMEMBERED)) known.delete(oldest);
      return view;
    },
    async entries(execution: string, state: string): Promise<readonly StateEntry[]> {
      checkName(execution);
      if (!machine.states.some(({ id }) => id === state)) {
        throw new Refusal(404, `the state machine has no state ${quoted(state)}`);
      }
      return stateEntries(await source.history(execution, true), state);
    },
  };

  async function look(execution: string): Promise<RunView> {
    const notKnown: NotKnown[] = [];
    const wary = <T>(what: string, ask: Promise<T>): Promise<T | undefined> =>
      ask.catch((fault: unknown) => {
        notKnown.push({ what, why: printable(source.says(fault), MAX_MESSAGE) });
        return undefined;
      });
    const run = await source.run(execution).catch(async (fault: unknown) => {
      const listed = await listedRun(execution);
      if (!listed) throw fault;
      await wary('why it ended', Promise.reject(fault));
      return { ...listed, error: '', cause: '' };
    });
    if (!run) throw new Refusal(404, `there is no run ${quoted(execution)}`);
    const [events, outcome] = await Promise.all([
      wary('what its states did', source.history(execution, false)),
      wary('what it has kept', source.outcome(run)),
    ]);
    const brief = outcome && briefOf(outcome);
    const row = runRow(run, brief);
    const { endedAt, cause } = run;
    const status = runStatus(run.status);
    const error = row.error ?? run.error;
    return {
      ...row,
      ...(error !== '' && { error: printable(error, MAX_FINDING) }),
      ...(cause !== '' && { cause: printable(cause, MAX_MESSAGE) }),
      ...runGraph(events ? machine : NOTHING, events ?? [], {
        status,
        now: source.now(),
        ...(endedAt !== undefined && { endedAt }),
      }),
      changes: brief?.changes ?? [],
      heldRemovals: heldRemovals(outcome?.held ?? []),
      ...(outcome?.heldHash !== undefined && { heldHash: printable(outcome.heldHash, MAX_FINDING) }),
      findings: (outcome?.findings ?? []).slice(0, MOST_FINDINGS).map((one) => printable(one, MAX_FINDING)),
      unread: troublesOf(outcome).unread.map(({ cluster, error: why, cause: text }) =>
        printable(`${lastOf(cluster)}: ${[why, text].filter((part) => part !== '').join(': ')}`, MAX_FINDING),
      ),
      notKnown,
    };
  }

  /** What the list says of it, for whoever may not ask for a single run. */
  async function listedRun(execution: string) {
    const listed = await source.runs(MOST_LISTED).catch(() => []);
    return listed.find(({ name }) => name === execution);
  }
}

function checkName(execution: string): void {
  if (!NAME.test(execution)) throw new Refusal(404, `there is no run ${quoted(execution)}: no execution is called so`);
}
