/** One event of a `text/event-stream`. */
export interface Event {
  readonly name: string;
  readonly data: string;
}

/** Characters of an event that has not ended: more is no stream of ours. */
const MOST = 64 * 1_024 * 1_024;

/** Collects the parts of a stream into its events, as far as they have come (HTML, section 9.2.6; without `id` and `retry`). */
export function eventReader(): (part: string) => readonly Event[] {
  let rest = '';
  return (part) => {
    rest += part;
    if (rest.length > MOST) throw new Error('an event without an end');
    const events: Event[] = [];
    for (let end = END.exec(rest); end; end = END.exec(rest)) {
      const event = eventOf(rest.slice(0, end.index));
      if (event) events.push(event);
      rest = rest.slice(end.index + end[0].length);
    }
    return events;
  };
}

const END = /\r?\n\r?\n/;

/** Comments alone are no event: they keep the connection awake. */
function eventOf(block: string): Event | undefined {
  let name = 'message';
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? [];
    if (field === 'event') name = value;
    if (field === 'data') data.push(value);
  }
  return data.length > 0 ? { name, data: data.join('\n') } : undefined;
}
