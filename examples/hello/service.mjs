import { fileURLToPath } from 'node:url';
import { ECS } from '@aws-sdk/client-ecs';

const ecs = new ECS();
const [cluster, service] = ['demo', 'hello'];
const file = fileURLToPath(new URL('hello.mjs', import.meta.url));

const register = (version) =>
  ecs.registerTaskDefinition({
    family: service,
    containerDefinitions: [
      {
        name: service,
        image: 'local', // not looked at on this machine
        command: ['node', file],
        memory: 64,
        portMappings: [{ containerPort: 8080, hostPort: 0 }],
        environment: [
          { name: 'SERVICE_8080_NAME', value: '_hello._tcp' },
          { name: 'VERSION', value: version },
        ],
      },
    ],
  });

const verbs = {
  create: async (count = '1') => {
    await register('1');
    return ecs.createService({ cluster, serviceName: service, taskDefinition: service, desiredCount: Number(count) });
  },
  scale: (count = '2') => ecs.updateService({ cluster, service, desiredCount: Number(count) }),
  roll: async (version = '2') => {
    await register(version);
    return ecs.updateService({ cluster, service, taskDefinition: service });
  },
  delete: () => ecs.deleteService({ cluster, service, force: true }),
};

const [verb = '', value] = process.argv.slice(2);
if (Object.hasOwn(verbs, verb)) {
  const { service: now } = await verbs[verb](value);
  console.log(`${service} is ${now.status}: ${now.desiredCount} wanted, ${now.runningCount} running`);
} else {
  console.error(`"${verb}" is not known: create [count], scale <count>, roll <version> and delete are`);
  process.exitCode = 1;
}
