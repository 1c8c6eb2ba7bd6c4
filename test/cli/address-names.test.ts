import { describe, expect, it } from 'vitest';
import { explaining } from '../../cli/commands/explain.ts';
import { history } from '../../cli/commands/history.ts';
import { plan } from '../../cli/commands/plan.ts';
import { status } from '../../cli/commands/status.ts';
import { addressesAt, addressShop, made, NAME } from '../support/address-shop.ts';
import { define } from '../support/fleet.ts';
import { command } from './command-world.ts';

const SCHEDULE = { trigger: 'schedule' };
const SHOWN = `${NAME} (address name)`;

/** Two instances, and one that declares `calc` as an SRV name as well. */
async function published() {
  const around = addressShop();
  around.place('10.0.1.1');
  const environment = { SERVICE_8080_ADDRESS_NAME: 'calc' };
  const taskDefinition = define(around, 'both', { names: { 8080: 'calc' }, environment, networkMode: 'awsvpc' });
  around.aws.ecs.admin.putTask({ cluster: 'shop', taskDefinition, address: '10.0.1.2' });
  await around.run(SCHEDULE);
  return around;
}

describe('an address name is called by the name that clients ask for', () => {
  it.each(['calc', NAME, SHOWN])('explain %s tells of it, and of the SRV name that is called alike', async (asked) => {
    const around = await published();

    const { code, lines } = await command(around, explaining, { operands: [asked] });

    expect(code).toBe(0);
    expect(lines.filter((line) => line.includes(SHOWN))).toHaveLength(2);
    expect(lines.filter((line) => line.includes('10.0.1.1 '))).toHaveLength(1);
    expect(lines.filter((line) => line.includes(`ip-10-0-1-2.ecs.shop.internal.:8080`))).toHaveLength(1);
  });

  it('explain tells what of others stands in its way', async () => {
    const around = addressShop();
    await made(around, addressesAt(NAME, ['10.9.9.9']));
    around.place('10.0.1.1');
    await around.run(SCHEDULE);

    const { lines } = await command(around, explaining, { operands: ['calc'] });

    expect(lines.join('\n')).toContain(`an A record set of others stands at ${NAME}`);
    expect(lines.join('\n')).toMatch(/A 10\.9\.9\.9 +other owner/);
  });

  it('history has it under that name', async () => {
    const around = await published();

    const { lines, told } = await command(around, history, { operands: ['calc'] });

    expect(lines.filter((line) => line.includes(SHOWN))).toHaveLength(2);
    expect(told.at(-1)).toContain(`changed ${NAME}`);
  });

  it('status and plan show addresses', async () => {
    const around = await published();
    around.place('10.0.1.3');

    const seen = await command(around, status);
    const planned = await command(around, plan);

    expect(seen.lines.join('\n')).toContain(`${SHOWN} 2 instances\n  10.0.1.1 `);
    expect(planned.lines.join('\n')).toMatch(/\+ +calc\.shop\.internal\. \(address name\) +10\.0\.1\.3 /);
  });
});
