/** An object as it is stored. */
export interface StoredObject {
  readonly bytes: Uint8Array;
  /** The MD5 of the bytes in hexadecimal, in quotation marks. */
  readonly etag: string;
  /** Base64. */
  readonly crc32: string;
  readonly modified: Date;
  readonly contentType: string;
  readonly contentEncoding: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface Bucket {
  readonly name: string;
  readonly region: string;
  readonly created: Date;
  readonly objects: Map<string, StoredObject>;
}
