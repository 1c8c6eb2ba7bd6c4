import { readCredentials } from '../service/basic-auth.ts';
import { runService } from '../service/http-service.ts';
import { readIdentity } from '../service/identity.ts';
import { notFound, pathArgument } from '../service/path-argument.ts';
import { formatGoLayout } from './go-layout.ts';
import { zonedTime } from './zoned-time.ts';

/** `GET /time/<layout>`: the current time in Go's reference layout, in the time zone of TZ. */

const shape = { prefix: '/time/', allowed: "a layout of Go's time package, like 15:04 Jan 2", maxLength: 200 };
const identity = await readIdentity(process.env);

runService(
  {
    name: 'time',
    // A clean drain outlasts event, window, run, 60 s of propagation and the TTL: set the task's stopTimeout above it.
    defaults: { port: 8081, drainSeconds: 90 },
    credentials: readCredentials('TIME', process.env),
  },
  (request) => {
    const layout = pathArgument(request, shape);
    if (layout === undefined) return notFound(request, shape);
    return { status: 200, body: { value: formatGoLayout(layout, zonedTime(new Date())), ...identity } };
  },
);
