/** What S3 refuses of a request by what it says, whoever asks; what is left is handed on. */
import type { Answer, FrontRequest } from "../emulators/front.ts";
import { failedChecksum } from "./checksums.ts";
import { failureWith, noBucket } from "./failures.ts";
import type { Library } from "./fauxqs.ts";
import { isConfiguration, malformedXml, readParts } from "./s3-bodies.ts";
import type { S3Address } from "./s3-operations.ts";
import { valueRefusal } from "./s3-values.ts";

/** What they bring is stored, or says what goes. */
const WITH_CONTENT = new Set(["DeleteObjects", "PutObject", "PutObjectTagging", "UploadPart"]);

const WITH_METADATA = new Set(["CopyObject", "CreateMultipartUpload", "PutObject"]);
const METADATA = "x-amz-meta-";
/** Both in bytes of UTF-8. */
const LONGEST_KEY = 1_024;
const LARGEST_METADATA = 2_048;

export function checkedRequest(
  library: Library,
  operation: string,
  address: S3Address,
  request: FrontRequest,
): FrontRequest | { failure: Answer } {
  const failure =
    tooLong(operation, address, request) ??
    valueRefusal(operation, address, request.headers) ??
    (WITH_CONTENT.has(operation) ? failedChecksum(request) : undefined) ??
    missingUpload(library, address);
  return failure ? { failure } : readBody(library, operation, address, request);
}

function tooLong(operation: string, { key }: S3Address, { headers }: FrontRequest): Answer | undefined {
  const keyBytes = Buffer.byteLength(key);
  if (keyBytes > LONGEST_KEY)
    return failureWith("KeyTooLongError", "Your key is too long", 400, {
      Size: String(keyBytes),
      MaxSizeAllowed: String(LONGEST_KEY),
    });
  if (!WITH_METADATA.has(operation)) return undefined;
  const metadata = Object.entries(headers).filter(([name]) => name.startsWith(METADATA));
  const bytes = metadata.map(([name, value]) => Buffer.byteLength(name.slice(METADATA.length) + value));
  if (bytes.reduce((sum, one) => sum + one, 0) <= LARGEST_METADATA) return undefined;
  const message = "Your metadata headers exceed the maximum allowed metadata size";
  return failureWith("MetadataTooLarge", message, 400, { MaxSizeAllowed: String(LARGEST_METADATA) });
}

/** An upload is of one object: the library would take parts for another, or write it, which was never judged. */
function missingUpload(library: Library, { bucket, key, query }: S3Address): Answer | undefined {
  const uploadId = query.get("uploadId");
  if (uploadId === undefined || library.hasUpload(uploadId, { bucket, key })) return undefined;
  if (!library.hasBucket(bucket)) return noBucket(bucket);
  const message =
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.";
  return failureWith("NoSuchUpload", message, 404, { UploadId: uploadId });
}

function readBody(
  library: Library,
  operation: string,
  { query }: S3Address,
  request: FrontRequest,
): FrontRequest | { failure: Answer } {
  if (operation === "CompleteMultipartUpload") {
    const uploadId = query.get("uploadId") ?? "";
    return readParts(request, uploadId, library.uploadedParts(uploadId));
  }
  const isKnown = operation !== "CreateBucket" || isConfiguration(request.body);
  return isKnown ? request : { failure: malformedXml() };
}
