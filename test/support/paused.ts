import { pauseText } from '../../functions/domain/zone/pause.ts';
import { edit } from './shop.ts';
import { type StillWorld, ZONE_ID } from './world.ts';

export const PAUSED_SINCE = Date.parse('2026-11-27T23:45:00Z');

/** The TXT set at the owner label, with the text of a pause or without, as `ecssd pause` and `resume` leave it. */
async function mark(around: StillWorld, paused: boolean) {
  const marker = around.aws.route53.recordSets(ZONE_ID).find(({ Type }) => Type === 'TXT');
  const [own = ''] = (marker?.ResourceRecords ?? []).map(({ Value = '' }) => Value);
  const deployment = /deployment=([^" ]+)/.exec(own)?.[1] ?? '';
  const texts = [
    own,
    ...(paused ? [pauseText(deployment, { since: PAUSED_SINCE, by: 'anna', reason: 'the database moves' })] : []),
  ];
  await edit(around, [
    { Action: 'DELETE', ResourceRecordSet: marker },
    { Action: 'CREATE', ResourceRecordSet: { ...marker, ResourceRecords: texts.map((Value) => ({ Value })) } },
  ]);
}
export const pauseZone = (around: StillWorld) => mark(around, true);
export const resumeZone = (around: StillWorld) => mark(around, false);
