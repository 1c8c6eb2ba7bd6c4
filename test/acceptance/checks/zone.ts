import type { Change, ResourceRecordSet } from '@aws-sdk/client-route-53';
import { type Check, expected, faultText, learned } from '../check.ts';
import type { Place } from '../places/place.ts';
import { counted } from './runs.ts';

/** What Route 53 says of one batch: `accepted`, or name and text of its error. */
async function said(
  { clients, zoneId }: Place,
  Changes: Change[],
  client: 'route53' | 'route53Once' = 'route53',
): Promise<string> {
  try {
    await clients[client].changeResourceRecordSets({ HostedZoneId: zoneId, ChangeBatch: { Changes } });
    return 'accepted';
  } catch (fault) {
    return faultText(fault);
  }
}

const srv = (name: string, values: readonly string[], more: Partial<ResourceRecordSet> = {}): ResourceRecordSet => ({
  Name: name,
  Type: 'SRV',
  TTL: 5,
  ResourceRecords: values.map((Value) => ({ Value })),
  ...more,
});

/** A name that nobody asks for, so that checks cannot meet. */
const scratch = ({ zone }: Place, what: string) => `${what}-${Date.now().toString(36)}.acceptance.${zone}`;

export const exactDelete: Check = {
  id: 'delete-exactly',
  asks: 'What does a DELETE have to repeat: the order of the values, the weight?',
  expected: 'other values are refused; reordered ones and another weight are not documented (the code repeats both)',
  seconds: 120,
  locally: true,
  async run(place) {
    const plain = scratch(place, 'order');
    const values = ['1 1 8081 a.example.com.', '1 1 8082 b.example.com.'];
    const weighted = scratch(place, 'weight');
    const set = (Weight: number) => srv(weighted, values.slice(0, 1), { SetIdentifier: 'one', Weight });
    await said(place, [{ Action: 'CREATE', ResourceRecordSet: srv(plain, values) }]);
    await said(place, [{ Action: 'CREATE', ResourceRecordSet: set(1) }]);
    const fewer = await said(place, [{ Action: 'DELETE', ResourceRecordSet: srv(plain, values.slice(0, 1)) }]);
    const reordered = await said(place, [{ Action: 'DELETE', ResourceRecordSet: srv(plain, values.toReversed()) }]);
    const lighter = await said(place, [{ Action: 'DELETE', ResourceRecordSet: set(2) }]);
    // Whatever still stands goes; what does not is refused.
    await said(place, [{ Action: 'DELETE', ResourceRecordSet: srv(plain, values) }]);
    await said(place, [{ Action: 'DELETE', ResourceRecordSet: set(1) }]);
    const details = [`fewer values: ${fewer}`, `reordered values: ${reordered}`, `another weight: ${lighter}`];
    if (fewer === 'accepted') return expected(false, 'a DELETE of fewer values was accepted', details);
    const short = (text: string) => (text === 'accepted' ? 'accepted' : 'refused');
    return learned(`reordered values ${short(reordered)}, another weight ${short(lighter)}`, details);
  },
};

const BAD = ['1 1 8081', '1 1 70000 a.example.com.', '1 1 8081 a..example.com.', 'one 1 8081 a.example.com.', ''];

export const badValues: Check = {
  id: 'bad-values',
  asks: 'How does Route 53 refuse a bad SRV value?',
  expected: 'InvalidChangeBatch, and nothing of the batch is applied; the texts are not documented',
  seconds: 120,
  locally: true,
  async run(place) {
    const name = scratch(place, 'bad');
    const details: string[] = [];
    for (const value of BAD) {
      const good = srv(`good.${name}`, ['1 1 8081 a.example.com.']);
      const answer = await said(place, [
        { Action: 'CREATE', ResourceRecordSet: good },
        { Action: 'CREATE', ResourceRecordSet: srv(name, [value]) },
      ]);
      if (answer === 'accepted') {
        await said(place, [
          { Action: 'DELETE', ResourceRecordSet: good },
          { Action: 'DELETE', ResourceRecordSet: srv(name, [value]) },
        ]);
      }
      const partly = (await said(place, [{ Action: 'DELETE', ResourceRecordSet: good }])) === 'accepted';
      details.push(`${JSON.stringify(value)}: ${answer}${partly ? ' (and the good one was applied)' : ''}`);
    }
    const wrong = details.filter((line) => !/: (InvalidChangeBatch|InvalidInput): .*[^)]$/.test(line));
    return expected(wrong.length === 0, `${BAD.length - wrong.length} of ${BAD.length} refused as a whole`, details);
  },
};

/** Requests at once, within the 50 of an account's bucket. */
const AT_ONCE = 15;
const BUSY = new Set(['accepted', 'PriorRequestNotComplete', 'Throttling', 'ThrottlingException']);

export const priorRequest: Check = {
  id: 'prior-request',
  asks: 'Does Route 53 refuse a change while it works on another one of the zone?',
  expected: 'accepted, PriorRequestNotComplete or Throttling, and nothing else',
  seconds: 120,
  locally: true,
  async run(place) {
    const name = scratch(place, 'prior');
    const sets = Array.from({ length: AT_ONCE }, (_, index) => srv(`${index}.${name}`, ['1 1 8081 a.example.com.']));
    const answers = await Promise.all(
      sets.map(async (ResourceRecordSet) => {
        const answer = await said(place, [{ Action: 'CREATE', ResourceRecordSet }], 'route53Once');
        return answer.split(':')[0] ?? '';
      }),
    );
    for (const set of sets) await said(place, [{ Action: 'DELETE', ResourceRecordSet: set }]);
    const known = answers.every((answer) => BUSY.has(answer));
    return expected(known, `of ${AT_ONCE} at once: ${counted(answers)}`);
  },
};
