/** What the lists of a bucket have in common: which keys stand on a page, in which order, and how S3 writes them. */
import type { Answer } from "../emulators/front.ts";
import { writtenKey } from "./failures.ts";
import { documentOf, field } from "./s3-documents.ts";

/** A page has no more, whatever is asked for. */
const MOST = 1_000;
/** Of characters beyond U+FFFF: all others have the order of their bytes in JavaScript too. */
const BEYOND = /[\ud800-\udfff]/;

/** What each of them may be asked for. */
export interface Listing {
  prefix: string;
  delimiter: string;
  maxKeys: number;
  /** Keys are written as in a form: XML has no place for some characters of them. */
  isEncoded: boolean;
}

export interface ListPage<T> {
  entries: T[];
  prefixes: string[];
  /** The last that stands here, a common prefix without its entry; undefined on the last page. */
  next?: { key: string; entry?: T };
}

/** Its parameters were looked at: see `s3-values.ts`. */
export function readListing(query: ReadonlyMap<string, string>): Listing {
  return {
    prefix: query.get("prefix") ?? "",
    delimiter: query.get("delimiter") ?? "",
    maxKeys: Math.min(Number(query.get("max-keys") || MOST), MOST),
    isEncoded: query.get("encoding-type") === "url",
  };
}

/**
 * @param after what the page goes on after, a key or a common prefix
 * @param remaining entries of a key that are not before the page
 */
export function pageOf<T>(
  keys: Iterable<string>,
  listing: Listing,
  after: string,
  remaining: (key: string) => readonly T[],
): ListPage<T> {
  const page: ListPage<T> = { entries: [], prefixes: [] };
  let last: ListPage<T>["next"];
  for (const key of sorted(keys, listing.prefix)) {
    const common = commonPrefix(key, listing);
    for (const entry of remaining(key)) {
      if (common !== "" && (page.prefixes.at(-1) === common || order(common, after) <= 0)) continue;
      if (page.entries.length + page.prefixes.length >= listing.maxKeys)
        return last ? { ...page, next: last } : page;
      if (common === "") page.entries.push(entry);
      else page.prefixes.push(common);
      last = common === "" ? { key, entry } : { key: common };
    }
  }
  return page;
}

/** As S3 has them, by their bytes. */
export function order(a: string, b: string): number {
  if (BEYOND.test(a) || BEYOND.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : Number(a > b);
}

function sorted(keys: Iterable<string>, prefix: string): string[] {
  const asked = [...keys].filter((key) => key.startsWith(prefix)).toSorted();
  return asked.some((key) => BEYOND.test(key)) ? asked.toSorted(order) : asked;
}

/** "" for a key that stands for itself. */
function commonPrefix(key: string, { prefix, delimiter }: Listing): string {
  const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
  return end < 0 ? "" : key.slice(0, end + delimiter.length);
}

/** A key, or a part of one. */
export function written(text: string, { isEncoded }: Listing): string {
  if (!isEncoded) return writtenKey(text);
  return new URLSearchParams({ "": text }).toString().slice(1).replaceAll("%2F", "/");
}

/** With what every list says of what was asked for. */
export function listed(
  root: string,
  bucket: string,
  listing: Listing,
  { prefixes, next }: ListPage<unknown>,
  own: readonly string[],
): Answer {
  const { prefix, delimiter, maxKeys, isEncoded } = listing;
  const fields = [
    field("Name", bucket),
    field("Prefix", written(prefix, listing)),
    field("MaxKeys", maxKeys),
    delimiter === "" ? "" : field("Delimiter", written(delimiter, listing)),
    isEncoded ? field("EncodingType", "url") : "",
    field("IsTruncated", next !== undefined),
    ...own,
    ...prefixes.map((common) => field("CommonPrefixes", field("Prefix", written(common, listing)))),
  ];
  return documentOf(root, fields.join(""));
}
