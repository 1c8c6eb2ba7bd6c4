import { expect, it } from 'vitest';
import { hostState } from '../../../functions/domain/ecs/host.ts';

const EC2 = 'i-0123456789abcdef0';
const EXTERNAL = 'mi-0123456789abcdef0';

it.each([
  { status: 'ACTIVE', ec2Instance: EC2, machine: 'running', state: 'live' },
  { status: 'ACTIVE', ec2Instance: EC2, machine: 'pending', state: 'live' },
  { status: 'DRAINING', ec2Instance: EC2, machine: 'running', state: 'live' },
  { status: 'ACTIVE', ec2Instance: EC2, machine: 'stopping', state: 'gone' },
  { status: 'ACTIVE', ec2Instance: EC2, machine: 'stopped', state: 'gone' },
  { status: 'ACTIVE', ec2Instance: EC2, machine: 'shutting-down', state: 'gone' },
  { status: 'ACTIVE', ec2Instance: EC2, machine: 'terminated', state: 'gone' },
  { status: 'ACTIVE', ec2Instance: EC2, machine: undefined, state: 'unknown' },
  { status: 'ACTIVE', ec2Instance: EC2, machine: 'unknown', state: 'live' },
  { status: 'ACTIVE', ec2Instance: EXTERNAL, machine: undefined, state: 'live' },
  { status: 'INACTIVE', ec2Instance: EC2, machine: 'running', state: 'gone' },
  { status: 'INACTIVE', ec2Instance: EXTERNAL, machine: undefined, state: 'gone' },
  { status: 'missing', ec2Instance: undefined, machine: undefined, state: 'unknown' },
  { status: 'missing', ec2Instance: EC2, machine: 'terminated', state: 'gone' },
])('ECS says $status, EC2 $machine of $ec2Instance: $state', ({ state, status, ec2Instance, machine }) => {
  const found = hostState({ status, ...(ec2Instance && { ec2Instance }), ...(machine && { machine }) });

  expect(found).toBe(state);
});
