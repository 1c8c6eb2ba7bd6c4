import { useState } from 'preact/hooks';
import type { AliasView, Happening, InstanceView, NameView } from '../../views.ts';
import { html, type Piece } from '../html.ts';
import { useApi, useAsked, useNow } from '../live/hooks.ts';
import { Copyable } from '../parts/copy.ts';
import { Deployment } from '../parts/deployment.ts';
import { Happened } from '../parts/happening.ts';
import { Counts } from '../parts/mark.ts';
import { First } from '../parts/more.ts';
import { byRun, newOf } from '../pure/happenings.ts';
import { countsOf, signOf } from '../pure/marks.ts';
import { counted, numberText } from '../pure/numbers.ts';
import { Instance } from './instance.ts';

interface Chosen {
  readonly name: string;
  /** Of the state: what is new there is asked again. */
  readonly version: number;
  readonly narrow: boolean;
}

/** Everything of one name. */
export function Name({ name, version, narrow }: Chosen): Piece {
  const api = useApi();
  const { value, error } = useAsked(() => api.name(name), [name, version]);
  return html`
    <article class="detail" aria-labelledby="name-title">
      <div class="title"><h2 id="name-title" class="name">${name}</h2><a href="#/names">
        ${narrow ? 'All names' : 'Close'}</a></div>
      ${error && html`<div class="note is-bad" role="alert"><p>${error}</p></div>`}
      ${value ? html`<${Body} view=${value} />` : !error && html`<p class="waiting">Reading it …</p>`}
    </article>`;
}

function Body({ view }: { view: NameView }): Piece {
  const { instances, deployments = [], aliases, others, lookup, ttl, routing, capacity } = view;
  const counts = countsOf(instances.map(({ mark }) => signOf(mark).letter).join(''));
  return html`
    <p><${Counts} counts=${counts} /></p>
    <dl class="pairs">
      ${ttl !== undefined && html`<div><dt>TTL</dt><dd>${ttl} s</dd></div>`}
      ${routing && html`<div><dt>Routing</dt><dd>${routing}</dd></div>`}
      ${
        capacity &&
        html`<div><dt>Capacity</dt><dd>${numberText(capacity.stand)} of ${numberText(capacity.most)}</dd>
        </div>`
      }
    </dl>
    <${Copyable} text=${lookup} what="the lookup" />
    ${aliases && html`<${Reached} aliases=${aliases} />`}
    ${
      deployments.length > 0 &&
      html`
      <h3>Blue/green</h3>
      <div class="deployments">${deployments.map(
        (one) => html`<${Deployment} key="${one.cluster} ${one.service}" deployment=${one} atName />`,
      )}</div>`
    }
    <h3>${counted(instances.length, 'instance')}</h3>
    ${
      instances.length === 0
        ? html`<p class="quiet">None: no running task declares this name.</p>`
        : html`<${First} items=${worstFirst(instances)} what="instances">${(some: readonly InstanceView[]) => html`
            <ul class="instances">${some.map(
              (one, at) => html`<li key=${`${one.task} ${one.endpoint} ${at}`}>
              <${Instance} instance=${one} /></li>`,
            )}</ul>`}<//>`
    }
    ${
      others.length > 0 &&
      html`
      <h3>${counted(others.length, 'value')} of others</h3>
      <p class="quiet">They stand at the same name, and are never changed.</p>
      <ul class="foreign">${others.map((one) => html`<li key=${one}><code>${one}</code></li>`)}</ul>`
    }
    <${Story} key=${view.name} view=${view} />`;
}

/** What clients ask for, and which set answers it. */
const Reached = ({ aliases }: { aliases: readonly AliasView[] }): Piece => html`
  <h3>How clients reach it</h3>
  <ul class="foreign reached">${aliases.map(
    ({ type, name, set, stands, weight, addresses, others }) => html`
      <li key=${type}>
        <p><code>${name} ${type}</code> ${stands ? 'is our alias of' : 'is not our alias; the set is'} <code>${set}</code>${' '}
          (${counted(addresses, 'address', 'addresses')}${weight !== undefined && `, weight ${weight}`})</p>
        ${others.map((one) => html`<p key=${one} class="quiet">of others: <code>${one}</code></p>`)}
      </li>`,
  )}</ul>`;

const ORDER = ['failing', 'held', 'starting', 'left-out', 'published'];

/** Whoever looks at a name wants to see first what is wrong with it. */
const worstFirst = (instances: readonly InstanceView[]): readonly InstanceView[] =>
  instances.toSorted((one, other) => ORDER.indexOf(one.mark) - ORDER.indexOf(other.mark));

/** What happened to it, as a time line: of the last day; of all runs that are kept, once somebody asks. */
function Story({ view: { name, happenings: lately } }: { view: NameView }): Piece {
  const now = useNow();
  const [all, setAll] = useState(false);
  const [older, setOlder] = useState<readonly Happening[]>([]);
  const happenings = [...lately, ...newOf(lately, older)];
  const told = all ? happenings : happenings.filter(({ outcome }) => outcome !== 'left-out');
  const leftOut = happenings.length - happenings.filter(({ outcome }) => outcome !== 'left-out').length;
  return html`
    <h3>What happened to it</h3>
    ${
      leftOut > 0 &&
      html`
      <p><label class="check"><input type="checkbox" checked=${all}
        onChange=${() => setAll(!all)} /> also what was left out (${leftOut})</label></p>`
    }
    ${told.length === 0 && html`<p class="quiet">Nothing in the runs of the last day.</p>`}
    <${First} items=${told} what="changes">${(some: readonly Happening[]) => html`
      <ol class="story">${byRun(some).map(
        ({ execution, all: together }) => html`
          <li key=${execution}>${together.map(
            (one, at) => html`<${Happened} key=${at} happening=${one} now=${now}
            without="name" />`,
          )}</li>`,
      )}</ol>`}<//>
    <${Past} name=${name} onRead=${setOlder} />`;
}

interface Asking {
  readonly name: string;
  readonly onRead: (happenings: readonly Happening[]) => void;
}

/** Reads what is older, which takes a while: the outcomes of up to 90 days are looked through. */
function Past({ name, onRead }: Asking): Piece {
  const api = useApi();
  const [state, setState] = useState<'not-asked' | 'asking' | 'read'>('not-asked');
  const [error, setError] = useState('');
  const read = async (): Promise<void> => {
    setState('asking');
    setError('');
    try {
      onRead(await api.past(name));
      setState('read');
    } catch (fault) {
      setState('not-asked');
      setError(fault instanceof Error ? fault.message : String(fault));
    }
  };
  if (state === 'read') return html`<p class="quiet" role="status">This is all that the kept runs tell.</p>`;
  return html`
    <p><button type="button" disabled=${state === 'asking'} onClick=${read}>
      ${state === 'asking' ? 'Reading older runs …' : 'Show what older runs changed'}</button></p>
    ${error && html`<p class="note is-bad" role="alert">${error}</p>`}`;
}
