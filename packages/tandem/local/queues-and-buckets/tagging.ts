/** Tags of objects, which the library does not know: how they are written, and what S3 takes. */
import type { Answer } from "../emulators/front.ts";
import { escapeXml } from "../escape-xml.ts";
import { failureWith } from "./failures.ts";
import { malformedXml, readTagSet } from "./s3-bodies.ts";

/** In their order. */
export type Tags = [key: string, value: string][];

const MOST_TAGS = 10;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;
const TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

type Read = { tags: Tags } | { failure: Answer };

/** Of `x-amz-tagging`. */
export function tagsOfHeader(header: string): Read {
  const tags: Tags = [...new URLSearchParams(header)];
  if (hasTwice(tags) || header.includes(","))
    return refused(
      "InvalidArgument",
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      { ArgumentName: "x-amz-tagging", ArgumentValue: header },
    );
  return checked(tags);
}

/** Of the body of PutObjectTagging. */
export function tagsOfBody(body: string): Read {
  const tags = readTagSet(body);
  if (!tags) return { failure: malformedXml() };
  if (hasTwice(tags)) {
    const twice = tags.find(([key], index) => tags.findIndex(([one]) => one === key) < index);
    return refused("InvalidTag", "Cannot provide multiple Tags with the same key", {
      TagKey: twice?.[0] ?? "",
    });
  }
  return checked(tags);
}

function hasTwice(tags: Tags): boolean {
  return new Set(tags.map(([key]) => key)).size < tags.length;
}

function checked(tags: Tags): Read {
  if (tags.length > MOST_TAGS)
    return refused("BadRequest", `Object tags cannot be greater than ${MOST_TAGS}`);
  for (const [key, value] of tags) {
    if (key === "" || key.length > LONGEST_KEY || !TEXT.test(key))
      return refused("InvalidTag", "The TagKey you have provided is invalid", { TagKey: key });
    if (value.length > LONGEST_VALUE || !TEXT.test(value))
      return refused("InvalidTag", "The TagValue you have provided is invalid", {
        TagKey: key,
        TagValue: value,
      });
    if (key.startsWith("aws:"))
      return refused("InvalidTag", "Your TagKey cannot be prefixed with aws:", { TagKey: key });
  }
  return { tags };
}

function refused(code: string, message: string, more: Record<string, string> = {}): Read {
  return { failure: failureWith(code, message, 400, more) };
}

export function writtenTags(tags: Tags): string {
  const written = tags.map(
    ([key, value]) => `<Tag><Key>${escapeXml(key)}</Key><Value>${escapeXml(value)}</Value></Tag>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet>${written.join("")}</TagSet></Tagging>`;
}
