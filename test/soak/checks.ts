import { normalizeName } from '../../functions/domain/dns/name.ts';
import type { Stage } from '../bench/stage/stage.ts';
import { differences } from '../bench/stage/zone-check.ts';
import { isOurText } from '../support/builders.ts';
import type { Person } from './person.ts';
import type { Tasks } from './tasks.ts';

/** What is not as it must be once all is quiet, one line each: nothing, when all promises are kept. */
export function violations(stage: Stage, { tasks, person }: { tasks: Tasks; person: Person }): readonly string[] {
  return [...outOfSync(stage, tasks), ...ofOthers(stage, person), ...leftInQueues(stage), ...stage.cloud.denied];
}

/** Of each deployment: its values and address record sets against the tasks that run. */
export function outOfSync({ cloud, zone, deployed }: Stage, tasks: Tasks): readonly string[] {
  return deployed.flatMap(({ naming }) =>
    differences({ cloud, zone, naming }, tasks.wanted(naming)).map((line) => `owner ${naming.owner}: ${line}`),
  );
}

/** Values of others: all that a person wrote is there, and nothing that nobody wrote. */
function ofOthers({ cloud, zone, deployed }: Stage, { own }: Person): readonly string[] {
  const found = cloud.route53
    .recordSets(zone.id)
    .flatMap(({ Name = '', Type = '', ResourceRecords = [] }) =>
      ResourceRecords.map(({ Value = '' }) => ({ name: normalizeName(Name), type: Type, value: Value })),
    );
  const texts = new Set(found.map(({ name, type, value }) => `${name} ${type} ${value}`));
  const strange = found.filter(
    ({ name, type, value }) =>
      type === 'SRV' &&
      !own.has(`${name} ${type} ${value}`) &&
      !deployed.some(({ naming }) => isOurText(value, naming)),
  );
  return [
    ...[...own].filter((text) => !texts.has(text)).map((text) => `lost, though written by hand: ${text}`),
    ...strange.map(({ name, value }) => `written by nobody: ${name} ${value}`),
  ];
}

/** Messages that nobody has come for, and dead letters. */
export function leftInQueues({ cloud, deployed }: Stage): readonly string[] {
  return deployed.flatMap(({ deployment }) =>
    deployment.queues.flatMap(({ name }) =>
      cloud.sqs.admin.peek(name).map(({ state, body }) => `in queue ${name}, ${state}: ${body.slice(0, 200)}`),
    ),
  );
}

/** Executions that go on, and messages that still wait for one. */
export function stillBusy({ cloud, executions, deployed }: Stage): readonly string[] {
  const running = [...executions.values()].filter(({ status }) => status === 'RUNNING');
  const waiting = deployed.flatMap(({ deployment }) =>
    deployment.queues
      .filter(({ attributes }) => 'RedrivePolicy' in attributes)
      .flatMap(({ name }) => cloud.sqs.admin.peek(name).map(({ state }) => `message in ${name}, ${state}`)),
  );
  return [...running.map(({ name }) => `execution ${name} runs`), ...waiting];
}
