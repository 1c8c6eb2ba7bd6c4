import { setTimeout as sleep } from 'node:timers/promises';
import { NoInstanceError, tryEach } from '../srv/lookup.ts';

// ask.mjs: finds the name by DNS, asks one instance. ask.mjs <version>: ten times a second, until only that version answers.
const { DNS_SERVER: server = '127.0.0.1:5300' } = process.env;
const [version] = process.argv.slice(2);
const name = '_hello._tcp.servicediscovery.internal';
const ask = () =>
  tryEach(name, async ({ address, port }) => (await fetch(`http://${address}:${port}`)).text(), { server });

if (version === undefined) {
  for (let answer; !answer; ) {
    answer = await ask().catch((error) => {
      if (!(error instanceof NoInstanceError)) throw error;
      return sleep(500); // not in DNS yet
    });
    if (answer) console.log(`${answer.value.trim()}, at ${answer.endpoint.address}:${answer.endpoint.port}`);
  }
} else {
  const answers = [];
  const isLast = (text) => text === `hello from version ${version}`;
  while (answers.length < 50 || !answers.slice(-50).every(isLast)) {
    answers.push(
      await ask().then(
        ({ value }) => value.trim(),
        (error) => `lost: ${error.message}`,
      ),
    );
    await sleep(100);
  }
  const lost = answers.filter((text) => text.startsWith('lost'));
  console.log(`${answers.length} answers, the last 50 of version ${version}; ${lost.length} lost`);
  for (const text of new Set(lost)) console.log(text);
}
