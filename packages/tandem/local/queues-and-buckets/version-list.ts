/** ListObjectVersions: versions and delete markers of a bucket, key by key, the newest of a key first. */
import type { Answer } from "../emulators/front.ts";
import { escapeXml } from "../escape-xml.ts";
import { failureWith } from "./failures.ts";
import type { KeptVersions, ObjectVersion } from "./kept-versions.ts";

/** A page has no more, whatever is asked for. */
const MOST = 1_000;

interface Asked {
  prefix: string;
  delimiter: string;
  keyMarker: string;
  versionIdMarker: string;
  maxKeys: number;
}

interface Page {
  entries: ObjectVersion[];
  prefixes: string[];
  /** Undefined on the last page. */
  next?: { key: string; versionId?: string };
}

/** Its parameters were looked at: see `s3-values.ts`. */
export function listVersions(
  versions: KeptVersions,
  bucket: string,
  query: ReadonlyMap<string, string>,
): Answer {
  const given = (name: string) => query.get(name) ?? "";
  const asked: Asked = {
    prefix: given("prefix"),
    delimiter: given("delimiter"),
    keyMarker: given("key-marker"),
    versionIdMarker: given("version-id-marker"),
    maxKeys: Math.min(Number(given("max-keys") || MOST), MOST),
  };
  if (asked.versionIdMarker !== "" && asked.keyMarker === "") {
    const message = "A version-id marker cannot be specified without a key marker.";
    return failureWith("InvalidArgument", message, 400, {
      ArgumentName: "version-id-marker",
      ArgumentValue: asked.versionIdMarker,
    });
  }
  const isEncoded = given("encoding-type") === "url";
  const body = written(bucket, asked, pageOf(versions.all(bucket), asked), isEncoded);
  return { status: 200, headers: { "content-type": "application/xml" }, body };
}

function pageOf(all: ReadonlyMap<string, ObjectVersion[]>, asked: Asked): Page {
  const page: Page = { entries: [], prefixes: [] };
  let last: Page["next"];
  for (const [key, ofKey] of [...all].toSorted(([a], [b]) => order(a, b))) {
    const common = commonPrefix(key, asked);
    if (common === undefined) continue;
    for (const version of remaining(key, ofKey, asked)) {
      const isReported = page.prefixes.includes(common) || order(common, asked.keyMarker) <= 0;
      if (common !== "" && isReported) continue;
      if (page.entries.length + page.prefixes.length >= asked.maxKeys)
        return last ? { ...page, next: last } : page;
      if (common === "") page.entries.push(version);
      else page.prefixes.push(common);
      last = common === "" ? { key, versionId: version.versionId } : { key: common };
    }
  }
  return page;
}

/** As S3 has them, by their bytes. */
function order(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Undefined for a key that is not asked for, "" for one that stands for itself. */
function commonPrefix(key: string, { prefix, delimiter }: Asked): string | undefined {
  if (!key.startsWith(prefix)) return undefined;
  const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
  return end < 0 ? "" : key.slice(0, end + delimiter.length);
}

/** Versions of a key after the markers. */
function remaining(
  key: string,
  ofKey: ObjectVersion[],
  { keyMarker, versionIdMarker }: Asked,
): ObjectVersion[] {
  const place = order(key, keyMarker);
  if (place > 0) return ofKey;
  if (place < 0 || versionIdMarker === "") return [];
  const index = ofKey.findIndex(({ versionId }) => versionId === versionIdMarker);
  return index < 0 ? [] : ofKey.slice(index + 1);
}

function written(
  bucket: string,
  asked: Asked,
  { entries, prefixes, next }: Page,
  isEncoded: boolean,
): string {
  const text = (value: string) =>
    isEncoded ? encodeURIComponent(value).replaceAll("%2F", "/") : escapeXml(value);
  const field = (name: string, value: string) => `<${name}>${value}</${name}>`;
  const versions = entries.map(({ key, versionId, isLatest, isMarker, lastModified, etag = "", size = 0 }) =>
    field(
      isMarker ? "DeleteMarker" : "Version",
      [
        field("Key", text(key)),
        field("VersionId", versionId),
        field("IsLatest", String(isLatest)),
        field("LastModified", lastModified.toISOString()),
        isMarker ? "" : field("ETag", escapeXml(etag)) + field("Size", String(size)),
        isMarker ? "" : field("StorageClass", "STANDARD"),
      ].join(""),
    ),
  );
  const fields = [
    field("Name", bucket),
    field("Prefix", text(asked.prefix)),
    field("KeyMarker", text(asked.keyMarker)),
    field("VersionIdMarker", asked.versionIdMarker),
    next ? field("NextKeyMarker", text(next.key)) : "",
    next?.versionId === undefined ? "" : field("NextVersionIdMarker", next.versionId),
    field("MaxKeys", String(asked.maxKeys)),
    asked.delimiter === "" ? "" : field("Delimiter", text(asked.delimiter)),
    isEncoded ? field("EncodingType", "url") : "",
    field("IsTruncated", String(next !== undefined)),
    ...versions,
    ...prefixes.map((prefix) => field("CommonPrefixes", field("Prefix", text(prefix)))),
  ];
  const namespace = "http://s3.amazonaws.com/doc/2006-03-01/";
  return `<?xml version="1.0" encoding="UTF-8"?>\n<ListVersionsResult xmlns="${namespace}">${fields.join("")}</ListVersionsResult>`;
}
