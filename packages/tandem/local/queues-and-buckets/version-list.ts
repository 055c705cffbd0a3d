/** ListObjectVersions: versions and delete markers of a bucket, key by key, the newest of a key first. */
import type { Answer } from "../emulators/front.ts";
import { escapeXml } from "../escape-xml.ts";
import { type Listing, listed, order, pageOf, readListing, written } from "./bucket-list.ts";
import { invalidArgument } from "./failures.ts";
import type { KeptVersions, ObjectVersion } from "./kept-versions.ts";
import { field } from "./s3-documents.ts";

export function listVersions(
  versions: KeptVersions,
  bucket: string,
  query: ReadonlyMap<string, string>,
): Answer {
  const listing = readListing(query);
  const keyMarker = query.get("key-marker") ?? "";
  const versionIdMarker = query.get("version-id-marker") ?? "";
  if (versionIdMarker !== "" && keyMarker === "") {
    const message = "A version-id marker cannot be specified without a key marker.";
    return invalidArgument("version-id-marker", versionIdMarker, message);
  }
  const all = versions.all(bucket);
  const page = pageOf(all.keys(), listing, keyMarker, (key) =>
    remaining(key, all.get(key) ?? [], keyMarker, versionIdMarker),
  );
  const { entries, next } = page;
  return listed("ListVersionsResult", bucket, listing, page, [
    field("KeyMarker", written(keyMarker, listing)),
    field("VersionIdMarker", escapeXml(versionIdMarker)),
    next ? field("NextKeyMarker", written(next.key, listing)) : "",
    next?.entry ? field("NextVersionIdMarker", next.entry.versionId) : "",
    ...entries.map((version) => describedIn(listing, version)),
  ]);
}

/** Versions of a key after the markers. */
function remaining(
  key: string,
  ofKey: ObjectVersion[],
  keyMarker: string,
  versionIdMarker: string,
): ObjectVersion[] {
  const place = order(key, keyMarker);
  if (place > 0) return ofKey;
  if (place < 0 || versionIdMarker === "") return [];
  const index = ofKey.findIndex(({ versionId }) => versionId === versionIdMarker);
  return index < 0 ? [] : ofKey.slice(index + 1);
}

function describedIn(listing: Listing, version: ObjectVersion): string {
  const { key, versionId, isLatest, isMarker, lastModified, etag = "", size = 0 } = version;
  return field(
    isMarker ? "DeleteMarker" : "Version",
    [
      field("Key", written(key, listing)),
      field("VersionId", versionId),
      field("IsLatest", isLatest),
      field("LastModified", lastModified.toISOString()),
      isMarker ? "" : field("ETag", escapeXml(etag)) + field("Size", size),
      isMarker ? "" : field("StorageClass", "STANDARD"),
    ].join(""),
  );
}
