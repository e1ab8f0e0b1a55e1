// Where a page ends: the time of its last row in microseconds, as exact as Postgres keeps it, and the row's id. Opaque.
import { invalid } from '../problem';

export interface Position {
  micros: bigint;
  id: string;
}

export function writeCursor({ micros, id }: Position): string {
  const bytes = Buffer.alloc(24);
  bytes.writeBigInt64BE(micros);
  bytes.write(id.replaceAll('-', ''), 8, 'hex');
  return bytes.toString('base64url');
}

export function readCursor(text: string): Position {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== 24 || bytes.readBigInt64BE() < 0n) {
    throw invalid('cursor', 'is not a cursor that this list gave out');
  }
  const id = bytes.toString('hex', 8).replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
  return { micros: bytes.readBigInt64BE(), id };
}
