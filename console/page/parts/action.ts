import { useId, useState } from 'preact/hooks';
import type { Action, ActionField, ActionResult } from '../../views.ts';
import { html, type Piece } from '../html.ts';
import { useApi } from '../live/hooks.ts';
import { addressOf } from '../pure/routes.ts';

/** What a person orders: its fields, what must be typed, what became of it. */
export function Order({ action, main }: { action: Action; main?: boolean }): Piece {
  const api = useApi();
  const id = useId();
  const [busy, setBusy] = useState(false);
  const [typed, setTyped] = useState('');
  const [result, setResult] = useState<ActionResult>();
  const { says, label, fields, refused } = action;
  const mismatch = action.typed !== undefined && typed.trim() !== action.typed;

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy || mismatch || refused) return;
    const values = Object.fromEntries(
      [...new FormData(event.target as HTMLFormElement)].map(([key, value]) => [key, String(value)]),
    );
    if (action.typed !== undefined) values.typed = typed.trim();
    setBusy(true);
    setResult(undefined);
    setResult(await api.act(action.id, values).catch(failed));
    setTyped('');
    setBusy(false);
  };
  return html`
    <form class="order" onSubmit=${submit} aria-describedby="${id}-says">
      <p class="quiet" id="${id}-says">${says}</p>
      ${fields.filter(hasChoice).map((field) => html`<${Field} key=${field.id} field=${field} id="${id}-${field.id}" />`)}
      ${
        action.typed !== undefined &&
        html`
          <div class="field">
            <label for="${id}-typed">Type the hash <code>${action.typed}</code></label>
            <input id="${id}-typed" name="typed" class="mono" autocomplete="off" spellcheck=${false} value=${typed}
              onInput=${(event: InputEvent) => setTyped((event.target as HTMLInputElement).value)} />
          </div>`
      }
      <div class="row">
        <button type="submit" class=${main ? 'main' : ''} aria-disabled=${busy || mismatch || refused !== undefined}
          aria-describedby=${refused === undefined ? undefined : `${id}-refused`}>${busy ? 'Asking …' : label}</button>
        ${refused !== undefined && html`<p class="refused" id="${id}-refused">${refused}</p>`}
      </div>
      <div role="status">${result && html`<${Result} result=${result} />`}</div>
    </form>`;
}

/** Where nothing can be chosen, the refusal says why; an empty list says nothing. */
const hasChoice = ({ options }: ActionField): boolean => options?.length !== 0;

const failed = (reason: unknown): ActionResult => ({
  done: false,
  says: reason instanceof Error ? reason.message : String(reason),
});

const Result = ({ result: { done, says, execution } }: { result: ActionResult }): Piece => html`
  <p class="result is-${done ? 'good' : 'bad'}"><b>${done ? 'Done.' : 'Not done.'}</b> ${says}
    ${execution && html` <a href=${addressOf({ view: 'runs', execution })}>Open the run</a>`}
  </p>`;

function Field({ field, id }: { field: ActionField; id: string }): Piece {
  const { id: name, label, options, value } = field;
  return html`
    <div class="field">
      <label for=${id}>${label}</label>
      ${
        options
          ? html`<${Choice} id=${id} name=${name} options=${options} first=${value} />`
          : html`<input id=${id} name=${name} defaultValue=${value ?? ''} autocomplete="off" spellcheck=${false} />`
      }
    </div>`;
}

interface Choosing {
  readonly id: string;
  readonly name: string;
  readonly options: NonNullable<ActionField['options']>;
  readonly first?: string;
}

/** What was chosen stays chosen while the page changes; once it is there no more nothing else takes its place unasked. */
function Choice({ id, name, options, first }: Choosing): Piece {
  const offered = options.find((one) => one.value === first) ?? options[0];
  const [chosen, setChosen] = useState(offered);
  const now = chosen ?? offered;
  const gone = now !== undefined && !options.some(({ value }) => value === now.value);
  const choose = (event: Event) => {
    const { value } = event.target as HTMLSelectElement;
    setChosen(options.find((one) => one.value === value));
  };
  return html`
    <select id=${id} name=${name} required value=${gone ? '' : now?.value} onChange=${choose}
      aria-describedby=${gone ? `${id}-gone` : undefined}>
      ${gone && html`<option value="" disabled>choose again</option>`}
      ${options.map((one) => html`<option key=${one.value} value=${one.value}>${one.label}</option>`)}
    </select>
    ${gone && html`<p class="refused" id="${id}-gone" role="status">${now.label} is there no more: choose again.</p>`}`;
}
