/** Bodies of XML: what S3 does not take of them, and what is handed on in their place. */
import type { Answer, FrontRequest } from "../emulators/front.ts";
import { escapeXml } from "../escape-xml.ts";
import { childrenOf, childText, readXml } from "../read-xml.ts";
import { failureWith, invalidArgument } from "./failures.ts";
import type { UploadedParts } from "./library-types.ts";
import { bareEtag, field } from "./s3-documents.ts";

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
  if (none) return { failure: invalidArgument("PartNumber", none.number, "PartNumber must be >= 1") };
  if (read.some(({ number }, index) => index > 0 && Number(number) <= Number(read[index - 1]?.number))) {
    const message = "The list of parts was not in ascending order. Parts must be ordered by part number.";
    return { failure: failureWith("InvalidPartOrder", message, 400, { UploadId: uploadId }) };
  }
  const failure = refusalOfParts(read, uploadId, uploaded);
  if (failure) return { failure };
  const written = read.map(({ number, etag }) =>
    field("Part", field("PartNumber", Number(number)) + field("ETag", escapeXml(etag))),
  );
  const body = field("CompleteMultipartUpload", written.join(""));
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
    const ETag = bareEtag(etag);
    if (!part || bareEtag(part.etag) !== ETag) {
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

/** Of CreateBucket, which may have none. */
export function isConfiguration(body: Buffer): boolean {
  return body.length === 0 || readXml(body.toString())?.name === "CreateBucketConfiguration";
}
