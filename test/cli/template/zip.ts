/** One file of an archive, as APPNOTE.TXT (section 4.3) describes it; `mode` as Unix has it. */
export interface Entry {
  readonly name: string;
  readonly content: Buffer;
  readonly mode: number;
}

const DIRECTORY = 0x02014b50;

/** Reads a zip by its central directory, with nothing of what wrote it. */
export function unzipped(bytes: Uint8Array, inflate: (packed: Buffer) => Buffer): readonly Entry[] {
  const zip = Buffer.from(bytes);
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  const entries: Entry[] = [];
  for (let at = zip.readUInt32LE(end + 16); zip.readUInt32LE(at) === DIRECTORY; ) {
    const [name, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const start = zip.readUInt32LE(at + 42);
    const data = start + 30 + zip.readUInt16LE(start + 26) + zip.readUInt16LE(start + 28);
    const packed = zip.subarray(data, data + zip.readUInt32LE(at + 20));
    entries.push({
      name: zip.toString('utf8', at + 46, at + 46 + name),
      content: zip.readUInt16LE(at + 10) === 0 ? Buffer.from(packed) : inflate(packed),
      mode: zip.readUInt32LE(at + 38) >>> 16,
    });
    at += 46 + name + extra + comment;
  }
  return entries;
}
