import { quoted } from '../functions/domain/words/text.ts';
import { approvals } from './approvals.ts';
import type { Following } from './follow.ts';
import { Refusal } from './http.ts';
import type { Order, Source } from './source.ts';
import type { Action, ActionResult } from './views.ts';

/** What a local run may break; nothing else may. */
export interface Breaks {
  actions(): readonly Action[];
  act(id: string, fields: ReadonlyMap<string, string>): Promise<ActionResult>;
}

interface Parts {
  readonly source: Source;
  readonly follow: Following;
  readonly breaks: Breaks | undefined;
}

/** Does what a button asks for, as far as it stands on the page just now; a fault of the deployment becomes a result that says it. */
export function acting({ source, follow, breaks }: Parts) {
  const approved = approvals(source);
  return async (id: string, fields: ReadonlyMap<string, string>): Promise<ActionResult> => {
    const { state } = await follow.picture();
    const action = state.actions.find((one) => one.id === id);
    if (!action) throw new Refusal(404, `there is no action ${quoted(id)} here`);
    if (action.refused !== undefined) return { done: false, says: action.refused };
    const wrong = wrongField(action, fields) ?? (id === 'approve' ? approved.again(action, state.runs) : undefined);
    if (wrong !== undefined) return { done: false, says: wrong };
    try {
      const order = async () =>
        (await (action.group === 'break' ? breaks?.act(id, fields) : ordered(source, action, fields))) ?? UNKNOWN;
      return await (id === 'approve' ? approved.give(action, order) : order());
    } catch (fault) {
      return { done: false, says: source.says(fault) };
    } finally {
      follow.hurry();
    }
  };
}

const UNKNOWN: ActionResult = { done: false, says: 'nothing here does that' };

/** What is not as the action wants it, in a sentence. */
function wrongField(action: Action, given: ReadonlyMap<string, string>): string | undefined {
  if (action.typed !== undefined && given.get('typed') !== action.typed) {
    return `got ${quoted(given.get('typed') ?? '')}, want ${action.typed} typed: nothing was done`;
  }
  for (const { id, options } of action.fields) {
    const value = given.get(id);
    if (value === undefined || !options) continue;
    if (!options.some((one) => one.value === value)) return `${id}: got ${quoted(value)}, which cannot be chosen`;
  }
  const known = new Set(['typed', ...action.fields.map(({ id }) => id)]);
  const unknown = [...given.keys()].find((key) => !known.has(key));
  return unknown === undefined ? undefined : `got a field ${quoted(unknown)} that this action does not have`;
}

async function ordered(
  source: Source,
  { id, typed }: Action,
  given: ReadonlyMap<string, string>,
): Promise<ActionResult> {
  const cluster = given.get('cluster') ?? '';
  const order: Order = cluster === '' ? {} : { clusters: [cluster] };
  switch (id) {
    case 'run':
      return { done: true, ...(await source.start(order)) };
    case 'dry-run':
      return { done: true, ...(await source.start({ ...order, dryRun: true })) };
    case 'pause':
      return { done: true, ...(await source.pause(given.get('reason')?.trim() || undefined)) };
    case 'resume':
      return { done: true, ...(await source.resume()) };
    case 'approve':
      return { done: true, ...(await source.start({ approve: typed ?? '' })) };
    default:
      return UNKNOWN;
  }
}
