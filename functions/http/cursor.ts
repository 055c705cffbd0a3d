/**
 * Where a listing goes on, as an opaque text. A digest over the content shows tampering; it needs no key, because a
 * cursor grants nothing that the listing itself does not (docs/decisions/026-cursors.md).
 */
import { createHash } from "node:crypto";
import { invalidInput } from "./http-error.ts";

/** Part of every digest: raised when the content of cursors changes, so that old ones are refused. */
const SCHEMA_VERSION = 1;
const DIGEST_BYTES = 12;

/** A digest and at least a byte. What has this form and was never given out is refused by its digest. */
export const CURSOR = /^[A-Za-z0-9_-]{18,2048}$/;
export const NOT_ACURSOR = "Is not a cursor of this listing; start again without it";

/** @param listing names the listing: a cursor of another one is refused. */
export function writeCursor(listing: string, position: string): string {
  return Buffer.concat([digest(listing, position), Buffer.from(position)]).toString("base64url");
}

export function readCursor(listing: string, cursor: string): string {
  const bytes = Buffer.from(cursor, "base64url");
  const position = bytes.subarray(DIGEST_BYTES).toString();
  if (writeCursor(listing, position) !== cursor) {
    throw invalidInput([{ in: "query", field: "cursor", message: NOT_ACURSOR }]);
  }
  return position;
}

function digest(listing: string, position: string): Buffer {
  return createHash("sha256")
    .update(JSON.stringify([SCHEMA_VERSION, listing, position]))
    .digest()
    .subarray(0, DIGEST_BYTES);
}
