import { closeSync, openSync, writeSync } from 'node:fs';
import type { Exchange } from './protocol.ts';

/** Writes exchanges to a file, a JSON object a line, for judges outside of this process. */
export interface Recorder {
  readonly record: (exchange: Exchange) => void;
  /** Ends the file with a line of its own: `{"recorded": …, "left": …}`; a second call does nothing. */
  close(): void;
}

/** Bytes of a recording; what comes after them is counted and left out. */
const MOST_BYTES = 512 * 1024 * 1024;

/** @param path of a file, which is replaced */
export function startRecorder(path: string, mostBytes: number = MOST_BYTES): Recorder {
  const file = openSync(path, 'w');
  let open = true;
  let bytes = 0;
  let recorded = 0;
  let left = 0;
  return {
    record: (exchange) => {
      if (!open) return;
      const line = `${JSON.stringify(asLine(exchange))}\n`;
      if (bytes + line.length > mostBytes) {
        left += 1;
        return;
      }
      bytes += writeSync(file, line);
      recorded += 1;
    },
    close: () => {
      if (!open) return;
      open = false;
      writeSync(file, `${JSON.stringify({ recorded, left })}\n`);
      closeSync(file);
    },
  };
}

/** Bodies as base64, times as ISO 8601, bytes within inputs and outputs as base64. */
function asLine({ service, operation, call, answer, input, output }: Exchange): object {
  return {
    service,
    operation,
    call: { ...call, query: call.query.toString(), body: Buffer.from(call.body).toString('base64') },
    answer: { ...answer, body: Buffer.from(answer.body).toString('base64') },
    input: plain(input),
    ...(output && { output: plain(output) }),
  };
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString('base64') };
  if (value instanceof Date) return { time: value.toISOString() };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]));
}
