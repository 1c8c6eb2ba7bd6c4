import { describe, expect, it } from 'vitest';
import { prober } from '../../../functions/adapters/http-probe.ts';
import { type Answer, answering, freePort, listen, saying, target } from './listeners.ts';

const probeOne = async (answer: Answer, timeout = 1_000) => {
  const listener = await listen(answer);
  const [verdict] = await prober().probe([target(listener, { timeout })]);
  return { verdict, listener };
};

describe('a status', () => {
  it.each([200, 201, 202, 204, 206, 226, 299])('of %i passes', async (status) => {
    const { verdict } = await probeOne(answering(status));

    expect(verdict).toEqual({ state: 'passing' });
  });

  it.each([300, 301, 302, 304, 307, 308, 400, 401, 403, 404, 429, 500, 503, 599])('of %i fails', async (status) => {
    const { verdict } = await probeOne(answering(status, '', ['Location: /elsewhere']));

    expect(verdict).toEqual({ state: 'failing', cause: `got status ${status}, want 2xx` });
  });

  it('counts where others come before it', async () => {
    const { verdict } = await probeOne(
      saying('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
    );

    expect(verdict).toEqual({ state: 'passing' });
  });

  it('of another protocol fails', async () => {
    const { verdict } = await probeOne(
      saying('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: other\r\n\r\n'),
    );

    expect(verdict?.state).toBe('failing');
  });
});

it('asks for the path by GET, under its own address, and ends the connection', async () => {
  const { listener } = await probeOne(answering(200));

  expect(listener.requests).toHaveLength(1);
  const [line, ...headers] = listener.requests[0]?.trimEnd().split('\r\n') ?? [];
  expect(line).toBe('GET /health HTTP/1.1');
  expect(headers).toContain(`Host: ${listener.address}:${listener.port}`);
  expect(headers).toContain('Connection: close');
});

it.each([301, 302, 303, 307, 308, 300, 201])(
  'follows no redirect (%i), to another host, to another port, by a scheme of its own or to itself',
  async (status) => {
    const elsewhere = await listen(answering(200), { address: '127.0.0.9' });
    const at = `${elsewhere.address}:${elsewhere.port}`;

    for (const location of [`http://${at}/health`, `//${at}/health`, `\\\\${at}\\`, 'file:///etc/passwd', '/other']) {
      const { verdict, listener } = await probeOne(
        answering(status, '', [`Location: ${location}`, `Refresh: 0; ${at}`]),
      );

      expect(verdict?.state).toBe(status === 201 ? 'passing' : 'failing');
      expect(listener.connections()).toBe(1);
    }
    expect(elsewhere.connections()).toBe(0);
  },
);

describe('a body', () => {
  it('of one kilobyte after the other is dropped after a few of them', async () => {
    const closed = Promise.withResolvers<number>();
    const { verdict } = await probeOne((socket) => {
      let pieces = 0;
      const pour = setInterval(() => {
        pieces += 1;
        socket.write(Buffer.alloc(1_024, 'x'));
      }, 2);
      socket.on('close', () => {
        clearInterval(pour);
        closed.resolve(pieces);
      });
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n');
    });

    expect(verdict).toEqual({ state: 'passing' });
    // Five are enough; what is on its way until the other side hears of it comes on top.
    expect(await closed.promise).toBeLessThan(40);
  });

  it('of a gigabyte is dropped after a few kilobytes', async () => {
    const gigabyte = 1_000_000_000;
    const closed = Promise.withResolvers<number>();
    const piece = Buffer.alloc(65_536, 'x');
    const { verdict } = await probeOne((socket) => {
      socket.on('close', () => closed.resolve(socket.bytesWritten - socket.writableLength));
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${gigabyte}\r\n\r\n`);
      const pour = () => {
        while (!socket.destroyed && socket.bytesWritten < gigabyte && socket.write(piece));
      };
      socket.on('drain', pour);
      pour();
    });

    expect(verdict).toEqual({ state: 'passing' });
    // What the kernels on both sides hold counts as written.
    expect(await closed.promise).toBeLessThan(gigabyte / 20);
  });

  it.each([
    { row: 'without end, in large pieces', answer: saying(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(10_000)}`) },
    { row: 'in chunks', answer: saying('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n') },
    {
      row: 'that ends with the connection',
      answer: ((socket) => socket.end('HTTP/1.0 200 OK\r\n\r\nok')) satisfies Answer,
    },
    {
      row: 'followed by other bytes',
      answer: saying('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok\0\0HTTP/1.1 500 No'),
    },
  ])('$row passes', async ({ answer }) => {
    const { verdict } = await probeOne(answer);

    expect(verdict).toEqual({ state: 'passing' });
  });

  it.each([
    { row: 'that does not come', answer: saying('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n') },
    { row: 'of which half comes', answer: saying('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234') },
    {
      row: 'that comes drop by drop',
      answer: ((socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
        const drops = setInterval(() => socket.write('x'), 10);
        socket.on('close', () => clearInterval(drops));
      }) satisfies Answer,
    },
  ])('$row fails in time', async ({ answer }) => {
    const { verdict } = await probeOne(answer, 100);

    expect(verdict).toEqual({ state: 'failing', kind: 'timeout', cause: 'no answer within 100 ms' });
  });

  it('that breaks off fails', async () => {
    const { verdict } = await probeOne((socket) => {
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234');
    });

    expect(verdict?.state).toBe('failing');
  });
});

describe('headers', () => {
  it.each([
    { row: 'that do not come', answer: () => undefined },
    { row: 'of which half come', answer: saying('HTTP/1.1 200 OK\r\nContent-Le') },
    {
      row: 'that come letter by letter',
      answer: ((socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        const letters = setInterval(() => socket.write('X: y\r\n'), 10);
        socket.on('close', () => clearInterval(letters));
      }) satisfies Answer,
    },
  ])('$row fail in time', async ({ answer }) => {
    const { verdict } = await probeOne(answer, 100);

    expect(verdict).toEqual({ state: 'failing', kind: 'timeout', cause: 'no answer within 100 ms' });
  });

  it.each([
    { row: 'too many', answer: saying(`HTTP/1.1 200 OK\r\n${'X: yyyyyyyyyyyyyyyyyy\r\n'.repeat(5_000)}\r\n`) },
    { row: 'no HTTP', answer: saying('SSH-2.0-OpenSSH_9.2p1\r\n') },
    { row: 'two lengths', answer: saying('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx') },
    { row: 'a broken chunk', answer: saying('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n') },
    { row: 'zeros', answer: saying('\0'.repeat(1_000)) },
  ])('that are $row fail, with a cause of one line', async ({ answer }) => {
    const { verdict } = await probeOne(answer);

    expect(verdict).toMatchObject({ state: 'failing', cause: expect.stringMatching(/^\S.{0,118}\S$/) });
  });
});

describe('a connection', () => {
  it('that is refused fails', async () => {
    const port = await freePort();

    const verdicts = await prober().probe([target({ address: '127.0.0.1', port })]);

    expect(verdicts).toEqual([{ state: 'failing', cause: 'connection refused' }]);
  });

  it('that is reset fails', async () => {
    const { verdict } = await probeOne((socket) => socket.resetAndDestroy());

    expect(verdict).toEqual({ state: 'failing', cause: 'connection reset' });
  });

  it.each([
    { row: 'before it was used', onConnect: true },
    { row: 'without an answer', onConnect: false },
  ])('that is closed $row fails', async ({ onConnect }) => {
    const end = (socket: { end(): void }) => socket.end();
    const listener = await listen(onConnect ? () => undefined : end, onConnect ? { onConnect: end } : {});

    const [verdict] = await prober().probe([target(listener)]);

    expect(verdict?.state).toBe('failing');
  });
});

describe('a TCP check', () => {
  it('passes when the port takes connections, and says nothing on them', async () => {
    const listener = await listen(() => undefined);

    const verdicts = await prober().probe([target(listener, { kind: 'tcp' })]);

    expect(verdicts).toEqual([{ state: 'passing' }]);
    await expect.poll(listener.connections).toBe(1);
    expect(listener.requests).toEqual([]);
  });

  it('passes where the other side hangs up at once: it took the connection', async () => {
    const listener = await listen(() => undefined, { onConnect: (socket) => socket.end() });

    const verdicts = await prober().probe([target(listener, { kind: 'tcp' })]);

    expect(verdicts).toEqual([{ state: 'passing' }]);
  });

  it('fails when nobody listens', async () => {
    const port = await freePort();

    const verdicts = await prober().probe([target({ address: '127.0.0.1', port }, { kind: 'tcp' })]);

    expect(verdicts).toEqual([{ state: 'failing', cause: 'connection refused' }]);
  });
});

it('says why in few characters, whatever the cause', async () => {
  const verdicts = await prober().probe([target({ address: 'x'.repeat(300), port: 80 })]);

  expect(verdicts).toEqual([{ state: 'failing', cause: expect.stringMatching(/^.{120}$/) }]);
});
