/** Parameters and headers whose value S3 does not take; the library would read something into them. */
import type { IncomingHttpHeaders } from "node:http";
import type { Answer } from "../emulators/front.ts";
import { failureWith, invalidArgument } from "./failures.ts";
import type { S3Address } from "./s3-operations.ts";

type Query = S3Address["query"];
type Check = (query: Query, headers: IncomingHttpHeaders) => Answer | undefined;

const LARGEST_INTEGER = 2 ** 31 - 1;
const MOST_PARTS = 10_000;
export const COPIED_RANGE = "x-amz-copy-source-range";
const ATTRIBUTES = new Set(["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"]);

const LISTED: readonly Check[] = [maxKeys, encodingType];
const CHECKS: Readonly<Record<string, readonly Check[]>> = {
  CopyObject: [
    directive("x-amz-metadata-directive", "Unknown metadata directive."),
    directive("x-amz-tagging-directive", "Unknown tagging directive."),
  ],
  GetObject: [partNumber, partAndRange],
  GetObjectAttributes: [attributes, number("x-amz-max-parts"), number("x-amz-part-number-marker")],
  ListObjectVersions: LISTED,
  ListObjects: LISTED,
  ListObjectsV2: [...LISTED, continuationToken],
  UploadPart: [partNumber],
  UploadPartCopy: [partNumber, copiedRange],
};

/** Undefined where all is as S3 takes it. */
export function valueRefusal(
  operation: string,
  { query }: S3Address,
  headers: IncomingHttpHeaders,
): Answer | undefined {
  for (const check of CHECKS[operation] ?? []) {
    const refused = check(query, headers);
    if (refused) return refused;
  }
  return undefined;
}

/** Nothing is the default. */
function maxKeys(query: Query): Answer | undefined {
  return integerRefusal("max-keys", "maxKeys", query.get("max-keys"));
}

function number(name: string): Check {
  return (_query, headers) => integerRefusal(name, name, headers[name]);
}

function integerRefusal(
  name: string,
  ranged: string,
  value: string | string[] | undefined = "",
): Answer | undefined {
  const text = String(value);
  if (text === "") return undefined;
  const parsed = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(parsed >= -LARGEST_INTEGER - 1 && parsed <= LARGEST_INTEGER))
    return invalidArgument(name, text, `Provided ${name} not an integer or within integer range`);
  return parsed < 0
    ? invalidArgument(
        ranged,
        String(parsed),
        `Argument ${ranged} must be an integer between 0 and ${LARGEST_INTEGER}`,
      )
    : undefined;
}

function encodingType(query: Query): Answer | undefined {
  const value = query.get("encoding-type");
  return value === undefined || value === "url"
    ? undefined
    : invalidArgument("encoding-type", value || undefined, "Invalid Encoding Method specified in Request");
}

/** The library's are in base64. */
function continuationToken(query: Query): Answer | undefined {
  const token = query.get("continuation-token");
  const isOne = token !== "" && token === Buffer.from(token ?? "", "base64").toString("base64");
  return token === undefined || isOne
    ? undefined
    : invalidArgument("continuation-token", undefined, "The continuation token provided is incorrect");
}

function partNumber(query: Query): Answer | undefined {
  const value = query.get("partNumber");
  const isOne = /^\d+$/.test(value ?? "") && Number(value) >= 1 && Number(value) <= MOST_PARTS;
  return value === undefined || isOne
    ? undefined
    : invalidArgument(
        "partNumber",
        value,
        `Part number must be an integer between 1 and ${MOST_PARTS}, inclusive`,
      );
}

function partAndRange(query: Query, { range }: IncomingHttpHeaders): Answer | undefined {
  const message = "Cannot specify both Range header and partNumber query parameter";
  return query.has("partNumber") && range !== undefined
    ? failureWith("InvalidRequest", message, 400, {})
    : undefined;
}

function attributes(_query: Query, headers: IncomingHttpHeaders): Answer | undefined {
  const header = String(headers["x-amz-object-attributes"] ?? "");
  const names = header.split(",").map((name) => name.trim());
  if (header.trim() === "") {
    const message =
      "The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty";
    return failureWith("InvalidRequest", message, 400, {});
  }
  return names.every((name) => ATTRIBUTES.has(name))
    ? undefined
    : invalidArgument("x-amz-object-attributes", header, "Invalid attribute name specified.");
}

function copiedRange(_query: Query, headers: IncomingHttpHeaders): Answer | undefined {
  const value = headers[COPIED_RANGE];
  if (value === undefined) return undefined;
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(String(value)) ?? [];
  const message =
    "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy";
  return first !== undefined && Number(first) <= Number(last)
    ? undefined
    : invalidArgument(COPIED_RANGE, String(value), message);
}

function directive(name: string, message: string): Check {
  return (_query, headers) => {
    const value = headers[name];
    return value === undefined || value === "COPY" || value === "REPLACE"
      ? undefined
      : invalidArgument(name, String(value), message);
  };
}
