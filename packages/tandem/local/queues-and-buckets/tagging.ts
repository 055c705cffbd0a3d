/** Tags of objects, which the library does not know: how they are written, and what S3 takes. */
import type { Answer } from "../emulators/front.ts";
import { escapeXml } from "../escape-xml.ts";
import { childrenOf, childText, readXml } from "../read-xml.ts";
import { failureWith, invalidArgument } from "./failures.ts";
import { malformedXml } from "./s3-bodies.ts";
import { documentOf, field } from "./s3-documents.ts";

/** In their order. */
export type Tags = [key: string, value: string][];

const MOST_TAGS = 10;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;
const TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

const NOT_ENCODED =
  "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.";

type Read = { tags: Tags } | { failure: Answer };

/** Of `x-amz-tagging`. */
export function tagsOfHeader(header: string): Read {
  const tags: Tags = [...new URLSearchParams(header)];
  if (hasTwice(tags) || header.includes(","))
    return { failure: invalidArgument("x-amz-tagging", header, NOT_ENCODED) };
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

/** Undefined for what is no list of tags. */
function readTagSet(body: string): Tags | undefined {
  const [set, ...more] = childrenOf(readXml(body), "Tagging", "TagSet") ?? [];
  const tags = childrenOf(set, "TagSet", "Tag")?.flatMap((tag): Tags => {
    const [key, value] = [childText(tag, "Key"), childText(tag, "Value")];
    return key === undefined || value === undefined ? [] : [[key, value]];
  });
  return more.length === 0 && tags?.length === set?.children.length ? tags : undefined;
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

export function tagsAnswer(tags: Tags): Answer {
  const written = tags.map(([key, value]) =>
    field("Tag", field("Key", escapeXml(key)) + field("Value", escapeXml(value))),
  );
  return documentOf("Tagging", field("TagSet", written.join("")));
}
