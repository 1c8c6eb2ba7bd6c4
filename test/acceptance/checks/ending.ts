import { type Check, expected } from '../check.ts';

export const remove: Check = {
  id: 'remove',
  asks: 'Does `ecssd remove --marker` leave nothing of ours in the zone?',
  expected: 'exit code 0; NS and SOA alone are left',
  seconds: 900,
  locally: true,
  async run(place, signal) {
    const { code, output } = await place.ecssd(['remove', '--yes'], signal);
    const marker = await place.ecssd(['remove', '--marker', '--yes'], signal);
    const { ResourceRecordSets: sets = [] } = await place.clients.route53.listResourceRecordSets({
      HostedZoneId: place.zoneId,
    });
    const left = sets.filter(({ Type }) => Type !== 'NS' && Type !== 'SOA').map(({ Name, Type }) => `${Name} ${Type}`);
    const told = [...output.trim().split('\n').slice(-3), ...marker.output.trim().split('\n').slice(-3), ...left];
    const seen = `exit codes ${code} and ${marker.code}, ${left.length} record sets left`;
    return expected(code === 0 && marker.code === 0 && left.length === 0, seen, told);
  },
};

export const destroy: Check = {
  id: 'destroy',
  asks: 'Is anything left when the stack is gone?',
  expected: 'nothing',
  seconds: 3_600,
  locally: true,
  async run(place, signal) {
    const left = await place.takeDown(signal);
    return expected(left.length === 0, left.length === 0 ? 'nothing' : `${left.length} things`, left);
  },
};
