/** How S3 writes what it answers. */
import type { Answer } from "../emulators/front.ts";

const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

/** @param content XML */
export function field(name: string, content: string | number | boolean): string {
  return `<${name}>${content}</${name}>`;
}

/** @param content XML within the root */
export function documentOf(root: string, content: string): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${NAMESPACE}">${content}</${root}>`;
  return { status: 200, headers: { "content-type": "application/xml" }, body };
}

/** Without the quotation marks that it has in headers. */
export function bareEtag(etag: string): string {
  return etag.replaceAll('"', "");
}
