/** Bodies of XML: what S3 does not take of them, and what is handed on in their place. */
import type { Answer, FrontRequest } from "../emulators/front.ts";
import { escapeXml } from "../escape-xml.ts";
import { failureWith } from "./failures.ts";
import { childText, readXml, type XmlElement } from "./xml.ts";

export function malformedXml(): Answer {
  const message = "The XML you provided was not well-formed or did not validate against our published schema";
  return failureWith("MalformedXML", message, 400, {});
}

/** With the parts as they were read, for the library reads them in another way. */
export function readParts(request: FrontRequest, uploadId: string): FrontRequest | { failure: Answer } {
  const text = request.body.toString();
  if (text === "")
    return { failure: failureWith("InvalidRequest", "You must specify at least one part", 400, {}) };
  const parts = childrenOf(readXml(text), "CompleteMultipartUpload", "Part");
  const read = parts?.map((part) => ({
    number: childText(part, "PartNumber")?.trim() ?? "",
    etag: childText(part, "ETag"),
  }));
  if (!read?.length || read.some(({ number, etag }) => !/^-?\d+$/.test(number) || etag === undefined))
    return { failure: malformedXml() };
  const none = read.find(({ number }) => Number(number) < 1);
  if (none) {
    const argument = { ArgumentName: "PartNumber", ArgumentValue: none.number };
    return { failure: failureWith("InvalidArgument", "PartNumber must be >= 1", 400, argument) };
  }
  if (read.some(({ number }, index) => index > 0 && Number(number) <= Number(read[index - 1]?.number))) {
    const message = "The list of parts was not in ascending order. Parts must be ordered by part number.";
    return { failure: failureWith("InvalidPartOrder", message, 400, { UploadId: uploadId }) };
  }
  const written = read.map(
    ({ number, etag = "" }) =>
      `<Part><PartNumber>${Number(number)}</PartNumber><ETag>${escapeXml(etag)}</ETag></Part>`,
  );
  const body = `<CompleteMultipartUpload>${written.join("")}</CompleteMultipartUpload>`;
  return { ...request, body: Buffer.from(body) };
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
