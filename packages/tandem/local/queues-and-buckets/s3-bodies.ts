/** Bodies of XML: what S3 does not take of them, and what is handed on in their place. */
import type { Answer, FrontRequest } from "../emulators/front.ts";
import { escapeXml } from "../escape-xml.ts";
import { failureWith } from "./failures.ts";
import type { UploadedParts } from "./library-types.ts";
import { childText, readXml, type XmlElement } from "./xml.ts";

/** Of all parts but the last. */
const LEAST_PART_BYTES = 5 * 1024 * 1024;

export function malformedXml(): Answer {
  const message = "The XML you provided was not well-formed or did not validate against our published schema";
  return failureWith("MalformedXML", message, 400, {});
}

/** With the parts as they were read, for the library reads them in another way. */
export function readParts(
  request: FrontRequest,
  uploadId: string,
  uploaded: UploadedParts,
): FrontRequest | { failure: Answer } {
  const text = request.body.toString();
  if (text === "")
    return { failure: failureWith("InvalidRequest", "You must specify at least one part", 400, {}) };
  const parts = childrenOf(readXml(text), "CompleteMultipartUpload", "Part");
  const read = parts?.flatMap((part) => {
    const number = childText(part, "PartNumber")?.trim() ?? "";
    const etag = childText(part, "ETag");
    return /^-?\d+$/.test(number) && etag !== undefined ? [{ number, etag }] : [];
  });
  if (!read?.length || read.length !== parts?.length) return { failure: malformedXml() };
  const none = read.find(({ number }) => Number(number) < 1);
  if (none) {
    const argument = { ArgumentName: "PartNumber", ArgumentValue: none.number };
    return { failure: failureWith("InvalidArgument", "PartNumber must be >= 1", 400, argument) };
  }
  if (read.some(({ number }, index) => index > 0 && Number(number) <= Number(read[index - 1]?.number))) {
    const message = "The list of parts was not in ascending order. Parts must be ordered by part number.";
    return { failure: failureWith("InvalidPartOrder", message, 400, { UploadId: uploadId }) };
  }
  const failure = refusalOfParts(read, uploadId, uploaded);
  if (failure) return { failure };
  const written = read.map(
    ({ number, etag }) =>
      `<Part><PartNumber>${Number(number)}</PartNumber><ETag>${escapeXml(etag)}</ETag></Part>`,
  );
  const body = `<CompleteMultipartUpload>${written.join("")}</CompleteMultipartUpload>`;
  return { ...request, body: Buffer.from(body) };
}

interface ListedPart {
  number: string;
  etag: string;
}

/** The first that was not uploaded so, or that is too small and not the last. */
function refusalOfParts(
  listed: readonly ListedPart[],
  uploadId: string,
  uploaded: UploadedParts,
): Answer | undefined {
  for (const [index, { number, etag }] of listed.entries()) {
    const part = uploaded.get(Number(number));
    const PartNumber = String(Number(number));
    const ETag = etag.replaceAll('"', "");
    if (part?.etag.replaceAll('"', "") !== ETag) {
      const message =
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.";
      return failureWith("InvalidPart", message, 400, { UploadId: uploadId, PartNumber, ETag });
    }
    if (index === listed.length - 1 || part.body.length >= LEAST_PART_BYTES) continue;
    const message = "Your proposed upload is smaller than the minimum allowed size";
    return failureWith("EntityTooSmall", message, 400, {
      ProposedSize: String(part.body.length),
      MinSizeAllowed: String(LEAST_PART_BYTES),
      PartNumber,
      ETag,
    });
  }
  return undefined;
}

export interface Deletions {
  listed: { key: string; versionId?: string }[];
  isQuiet: boolean;
}

/** Of DeleteObjects; undefined for a list that is none. */
export function readDeletions(body: Buffer): Deletions | undefined {
  const root = readXml(body.toString());
  if (root?.name !== "Delete") return undefined;
  const objects = root.children.filter(({ name }) => name === "Object");
  const known = root.children.every(({ name }) => name === "Object" || name === "Quiet");
  const listed = objects.flatMap((one) => {
    const [key, versionId] = [childText(one, "Key"), childText(one, "VersionId")];
    return key ? [{ key, ...(versionId ? { versionId } : {}) }] : [];
  });
  const isQuiet = childText(root, "Quiet")?.trim().toLowerCase() === "true";
  return known && listed.length === objects.length ? { listed, isQuiet } : undefined;
}

type Tags = [key: string, value: string][];

/** Of PutObjectTagging; undefined for what is no list of tags. */
export function readTagSet(body: string): Tags | undefined {
  const [set, ...more] = childrenOf(readXml(body), "Tagging", "TagSet") ?? [];
  const tags = childrenOf(set, "TagSet", "Tag")?.flatMap((tag): Tags => {
    const [key, value] = [childText(tag, "Key"), childText(tag, "Value")];
    return key === undefined || value === undefined ? [] : [[key, value]];
  });
  return more.length === 0 && tags?.length === set?.children.length ? tags : undefined;
}

/** Of CreateBucket, which may have none. */
export function isConfiguration(body: Buffer): boolean {
  return body.length === 0 || readXml(body.toString())?.name === "CreateBucketConfiguration";
}

/** All that it has, where it is called so and they too. */
function childrenOf(parent: XmlElement | undefined, name: string, child: string): XmlElement[] | undefined {
  const isKnown = parent?.name === name && parent.children.every((one) => one.name === child);
  return isKnown ? parent.children : undefined;
}
