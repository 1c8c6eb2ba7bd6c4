import { useMemo, useState } from 'preact/hooks';
import type { HostTask, HostView, Mark, State } from '../../views.ts';
import { html, type Piece } from '../html.ts';
import { NARROW, useMedia } from '../live/hooks.ts';
import { Coloured } from '../parts/colour.ts';
import { Filter } from '../parts/filter.ts';
import { LongList } from '../parts/list.ts';
import { CountsOf, Shape } from '../parts/mark.ts';
import { signOf } from '../pure/marks.ts';
import { counted } from '../pure/numbers.ts';
import { addressOf } from '../pure/routes.ts';
import { type HostRow, hostRowsWanted, NOTHING_WANTED } from '../pure/search.ts';

/** Pixels of a row; a narrow one has two lines. */
const ROW = 44;
const NARROW_ROW = 76;
/** Ports of a task that are shown. */
const PORTS = 3;

/** Hosts with their tasks, as the last full run has read them. */
export function Hosts({ state: { hosts } }: { state: State }): Piece {
  const narrow = useMedia(NARROW);
  const [wanted, setWanted] = useState(NOTHING_WANTED);
  const rows = useMemo(() => hostRowsWanted(hosts, wanted), [hosts, wanted]);
  const tasks = rows.filter((row) => 'task' in row).length;
  return html`
    <div class="side hosts">
      <${Filter} wanted=${wanted} onWanted=${setWanted} label="Search hosts, tasks, services"
        found="${counted(rows.length - tasks, 'host')}, ${counted(tasks, 'task')}" />
      ${
        rows.length === 0
          ? html`<p class="empty">${
              hosts.length === 0
                ? 'The last full run has kept none: no task declares a name, or no cluster could be read.'
                : 'No host and no task is like that.'
            }</p>`
          : html`<${LongList} key="${narrow} ${JSON.stringify(wanted)}" items=${rows}
            rowHeight=${narrow ? NARROW_ROW : ROW} label="Hosts and tasks"
              keyOf=${(row: HostRow) => ('task' in row ? row.task.arn : `${row.host.cluster} ${row.host.id}`)}
              row=${(row: HostRow) =>
                'task' in row
                  ? html`<${Task} task=${row.task} />`
                  : html`<${Host}
                host=${row.host} />`} />`
      }
    </div>`;
}

const KINDS: Readonly<Record<HostView['kind'], string>> = { ec2: 'EC2', fargate: 'Fargate', unknown: 'host' };

const Host = ({ host: { id, cluster, kind, address, status, tasks } }: { host: HostView }): Piece => html`
  <div class="host-row">
    <span class="kind">${KINDS[kind]}</span>
    <b class="mono id">${id}</b>
    <span class="quiet mono">${address}</span>
    <span class="status">${status}</span>
    <span class="quiet cluster">${cluster}</span>
    <${CountsOf} marks=${tasks.flatMap(({ ports }) => ports.map(({ mark }) => signOf(mark).letter)).join('')} />
  </div>`;

const Task = ({ task: { id, arn, service, status, colour, ports } }: { task: HostTask }): Piece => html`
  <div class="task-row">
    <span class="mono id" title=${arn}>${colour && html`<${Coloured} colour=${colour} /> `}${id}</span>
    <span class="service">${service ?? 'no service'}</span>
    <span class="quiet status">${status}</span>
    <span class="ports">
      ${ports.slice(0, PORTS).map((port) => html`<${Port} key="${port.name} ${port.port}" port=${port} />`)}
      ${ports.length > PORTS && html`<span class="quiet">+${ports.length - PORTS}</span>`}
    </span>
  </div>`;

interface Shown {
  readonly port: { readonly name: string; readonly port?: number; readonly mark: Mark; readonly reason: string };
}

const Port = ({ port: { name, port, mark, reason } }: Shown): Piece => html`
  <a class="port is-${mark}" href=${addressOf({ view: 'names', name })} title="${signOf(mark).word}: ${reason}">
    <${Shape} mark=${mark} /><span class="unseen">${signOf(mark).word}: </span><span class="of">${name}</span>
      ${port !== undefined && html`<span class="mono">:${port}</span>`}
  </a>`;
