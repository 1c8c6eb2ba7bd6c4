import { useMemo, useRef, useState } from 'preact/hooks';
import type { NameRow, State } from '../../views.ts';
import { html, type Piece } from '../html.ts';
import { NARROW, useMedia } from '../live/hooks.ts';
import { Filter } from '../parts/filter.ts';
import { LongList } from '../parts/list.ts';
import { CountsOf, Strip } from '../parts/mark.ts';
import { Ago } from '../parts/time.ts';
import { deployedNames } from '../pure/colours.ts';
import { counted, numberText } from '../pure/numbers.ts';
import { addressOf } from '../pure/routes.ts';
import { NOTHING_WANTED, namesWanted } from '../pure/search.ts';
import { Name } from './name.ts';

/** Pixels of a row, and how many instances it shows one by one. */
const ROW = 52;
const SHOWN = 24;

/** Every name with its instances; the chosen one beside them, or, where there is little room, instead of them. */
export function Names({ state, chosen }: { state: State; chosen?: string }): Piece {
  const narrow = useMedia(NARROW);
  // Whoever comes back finds the list where it was left.
  const last = useRef(chosen);
  if (chosen !== undefined) last.current = chosen;
  return html`
    <div class="two ${chosen === undefined ? 'one' : ''}">
      ${!(narrow && chosen !== undefined) && html`<${All} names=${state.names} deployments=${state.deployments} chosen=${chosen} last=${last.current} />`}
      ${chosen !== undefined && html`<${Name} key=${chosen} name=${chosen} version=${state.version} narrow=${narrow} />`}
    </div>`;
}

interface Listed {
  readonly names: readonly NameRow[];
  readonly deployments?: State['deployments'];
  readonly chosen?: string;
  /** The one chosen last. */
  readonly last?: string;
}

function All({ names, deployments, chosen, last }: Listed): Piece {
  const deployed = useMemo(() => deployedNames(deployments), [deployments]);
  const [wanted, setWanted] = useState(NOTHING_WANTED);
  const rows = useMemo(() => namesWanted(names, wanted), [names, wanted]);
  const found =
    rows.length === names.length
      ? counted(names.length, 'name')
      : `${numberText(rows.length)} of ${counted(names.length, 'name')}`;
  return html`
    <div class="side">
      <${Filter} wanted=${wanted} onWanted=${setWanted} label="Search names" found=${found} />
      ${
        rows.length === 0
          ? html`<p class="empty">${names.length === 0 ? 'No running task declares a name.' : 'No name is like that.'}
            </p>`
          : html`<${LongList} key=${JSON.stringify(wanted)} items=${rows} rowHeight=${ROW} label="Names"
            keyOf=${(one: NameRow) => one.name}
              shown=${rows.findIndex(({ name }) => name === last)}
              row=${(one: NameRow) => html`<${Row} row=${one} deploys=${deployed.has(one.name)} here=${one.name === chosen} />`} />`
      }
    </div>`;
}

interface Rowed {
  readonly row: NameRow;
  /** A service of it is deployed. */
  readonly deploys: boolean;
  readonly here: boolean;
}

const Row = ({ row: { name, marks, others, changedAt }, deploys, here }: Rowed): Piece => html`
  <a class="name-row" href=${addressOf({ view: 'names', name })} aria-current=${here ? 'true' : undefined}>
    <span class="name">${name}</span>
    <span class="marks">
      <span class="strips"><${Strip} marks=${marks} most=${SHOWN} /></span>
      <${CountsOf} marks=${marks} />
      ${deploys && html`<span class="tag">blue/green</span>`}
      ${others > 0 && html`<span class="others-count">${counted(others, 'value')} of others</span>`}
    </span>
    ${changedAt !== undefined && html`<span class="changed">changed <${Ago} at=${changedAt} /></span>`}
  </a>`;
