import { readFileSync } from 'node:fs';
import { readCredentials, readOwnCredentials } from '../service/basic-auth.ts';
import { BadRequestError, type Request, runService } from '../service/http-service.ts';
import type { LookupOptions } from '../srv/lookup.ts';
import { askService, type Service } from './ask-service.ts';
import { readPage } from './page.ts';

/** A page with two boxes that finds `time` and `calc` by their SRV record sets. It declares no name of its own. */

const MAX_ARGUMENT_LENGTH = 200;

const { ZONE, DNS_SERVER, TIME_NAME, CALC_NAME } = process.env;
const zone = ZONE || 'servicediscovery.internal';
const lookupOptions: LookupOptions = DNS_SERVER ? { server: DNS_SERVER } : {};
const time: Service = {
  name: TIME_NAME || `_time._tcp.${zone}`,
  prefix: '/time/',
  credentials: readCredentials('TIME', process.env),
};
const calc: Service = {
  name: CALC_NAME || `_calc._tcp.${zone}`,
  prefix: '/calc/',
  credentials: readCredentials('CALC', process.env),
};
const own = readOwn();
const page = readPage(readFileSync(new URL('page.html', import.meta.url), 'utf8'), {
  timeName: time.name,
  calcName: calc.name,
});

// A load balancer stops sending before SIGTERM comes, so nothing needs to be drained.
const options = { name: 'portal', defaults: { port: 8080, drainSeconds: 0 }, ...(own && { credentials: own }) };
runService(options, (request) => {
  switch (request.path) {
    case '/':
      return { status: 200, ...page };
    case '/favicon.ico':
      return { status: 204, body: '' }; // the page has none, and browsers ask for it beside other answers
    case '/api/time':
      return askService(time, argumentOf(request, 'layout'), lookupOptions);
    case '/api/calc':
      return askService(calc, argumentOf(request, 'formula'), lookupOptions);
    default: {
      const allowed = '/, /api/time?layout=, /api/calc?formula= or /health';
      return { status: 404, body: { error: 'no such path', got: request.path, allowed } };
    }
  }
});

function argumentOf({ query }: Request, parameter: string): string {
  const argument = query.get(parameter) ?? '';
  if (argument.length >= 1 && argument.length <= MAX_ARGUMENT_LENGTH) return argument;
  throw new BadRequestError(`${parameter} of a wrong length`, {
    got: `${argument.length} characters`,
    allowed: `1 to ${MAX_ARGUMENT_LENGTH} characters`,
  });
}

/** A wrong setting ends the process with one line, as `runService` does it. */
function readOwn() {
  try {
    return readOwnCredentials('PORTAL', process.env);
  } catch (error) {
    console.error(`portal: ${(error as Error).message}`);
    process.exit(1);
  }
}
