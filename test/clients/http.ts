import { Agent, request } from 'node:http';

/** A connection a request, as most of those are that come in from outside. */
const agent = new Agent({ keepAlive: false, maxSockets: 64 });

/** What a port of 127.0.0.1 says. @throws for another status than 200, and after that many milliseconds */
export function get(port: number, path = '/', limit = 15_000): Promise<string> {
  return new Promise((answered, failed) => {
    const asked = request({ host: '127.0.0.1', port, path, agent, signal: AbortSignal.timeout(limit) }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('error', failed);
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () =>
        response.statusCode === 200 ? answered(text) : failed(new Error(`status ${response.statusCode}`)),
      );
    });
    asked.on('error', failed).end();
  });
}
