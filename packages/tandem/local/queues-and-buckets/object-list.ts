/** ListObjects and ListObjectsV2. The library pages by another order than it sorts by, and encodes no key. */
import type { Answer } from "../emulators/front.ts";
import { escapeXml } from "../escape-xml.ts";
import { type Listing, type ListPage, listed, order, pageOf, readListing, written } from "./bucket-list.ts";
import type { LibraryObject } from "./library-types.ts";
import { field } from "./s3-documents.ts";

type Objects = ReadonlyMap<string, LibraryObject>;
type Query = ReadonlyMap<string, string>;

export function listObjects(objects: Objects, bucket: string, query: Query): Answer {
  return query.get("list-type") === "2"
    ? versionTwo(objects, bucket, query)
    : versionOne(objects, bucket, query);
}

function versionOne(objects: Objects, bucket: string, query: Query): Answer {
  const listing = readListing(query);
  const marker = query.get("marker") ?? "";
  const page = pageAfter(objects, listing, marker);
  // Without a delimiter the last key is the next marker.
  const hasNextMarker = page.next !== undefined && listing.delimiter !== "";
  return listed("ListBucketResult", bucket, listing, page, [
    field("Marker", written(marker, listing)),
    hasNextMarker ? field("NextMarker", written(page.next?.key ?? "", listing)) : "",
    ...page.entries.map((object) => described(listing, object)),
  ]);
}

/** A token says what comes before its page, and no more where the first page began. */
function versionTwo(objects: Objects, bucket: string, query: Query): Answer {
  const listing = readListing(query);
  const token = query.get("continuation-token");
  const start = query.get("start-after") ?? "";
  const after = token === undefined ? start : Buffer.from(token, "base64").toString();
  const page = pageAfter(objects, listing, after);
  const { entries, prefixes, next } = page;
  return listed("ListBucketResult", bucket, listing, page, [
    field("KeyCount", entries.length + prefixes.length),
    token === undefined ? "" : field("ContinuationToken", token),
    token === undefined && start !== "" ? field("StartAfter", written(start, listing)) : "",
    next ? field("NextContinuationToken", Buffer.from(next.key).toString("base64")) : "",
    ...entries.map((object) => described(listing, object)),
  ]);
}

function pageAfter(objects: Objects, listing: Listing, after: string): ListPage<LibraryObject> {
  return pageOf(objects.keys(), listing, after, (key) => {
    const object = objects.get(key);
    return object && order(key, after) > 0 ? [object] : [];
  });
}

function described(listing: Listing, { key, lastModified, etag, contentLength }: LibraryObject): string {
  return field(
    "Contents",
    [
      field("Key", written(key, listing)),
      field("LastModified", lastModified.toISOString()),
      field("ETag", escapeXml(etag)),
      field("Size", contentLength),
      field("StorageClass", "STANDARD"),
    ].join(""),
  );
}
