import { ServiceFault } from '../service.ts';
import type { HttpCall } from './wire.ts';

const NEWLINE = Buffer.from('\r\n');

/**
 * The call with the bytes behind the content encoding `aws-chunked`, its trailers joined to the headers.
 *
 * A chunk is its length in hexadecimal (with or without a signature), the bytes, a line break; a chunk of length 0 ends
 * the body and trailers follow (Amazon S3 API Reference, "Signature calculations: transferring payload in chunks").
 *
 * @throws ServiceFault `IncompleteBody` when the body ends early or has another length than announced
 */
export function decodedBody(call: HttpCall): HttpCall {
  const encodings = String(call.headers['content-encoding'] ?? '')
    .split(',')
    .map((encoding) => encoding.trim());
  const streaming = String(call.headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-');
  if (!streaming && !encodings.includes('aws-chunked')) return call;

  const { chunks, trailers } = readChunks(Buffer.from(call.body));
  const body = Buffer.concat(chunks);
  const announced = call.headers['x-amz-decoded-content-length'];
  if (announced !== undefined && Number(announced) !== body.length) throw incompleteBody();

  const { 'content-encoding': _, ...headers } = call.headers;
  const kept = encodings.filter((encoding) => encoding !== '' && encoding !== 'aws-chunked').join(', ');
  return { ...call, body, headers: { ...headers, ...trailers, ...(kept && { 'content-encoding': kept }) } };
}

function readChunks(body: Buffer): { chunks: Buffer[]; trailers: Record<string, string> } {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = body.indexOf(NEWLINE, at);
    const length = Number.parseInt(body.toString('latin1', at, Math.max(lineEnd, at)), 16);
    if (lineEnd < 0 || Number.isNaN(length) || lineEnd + 2 + length > body.length) throw incompleteBody();
    at = lineEnd + 2;
    if (length === 0) return { chunks, trailers: readTrailers(body.toString('latin1', at)) };
    chunks.push(body.subarray(at, at + length));
    at += length + 2;
  }
}

function readTrailers(text: string): Record<string, string> {
  const trailers: Record<string, string> = {};
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return trailers;
}

function incompleteBody(): ServiceFault {
  return new ServiceFault(
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header',
  );
}
