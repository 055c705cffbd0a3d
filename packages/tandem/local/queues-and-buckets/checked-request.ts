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

export function checkedRequest(
  library: Library,
  operation: string,
  address: S3Address,
  request: FrontRequest,
): FrontRequest | { failure: Answer } {
  const failure =
    valueRefusal(operation, address, request.headers) ??
    (WITH_CONTENT.has(operation) ? failedChecksum(request) : undefined) ??
    missingUpload(library, address);
  return failure ? { failure } : readBody(operation, address, request);
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
  operation: string,
  { query }: S3Address,
  request: FrontRequest,
): FrontRequest | { failure: Answer } {
  if (operation === "CompleteMultipartUpload") return readParts(request, query.get("uploadId") ?? "");
  const isKnown = operation !== "CreateBucket" || isConfiguration(request.body);
  return isKnown ? request : { failure: malformedXml() };
}
