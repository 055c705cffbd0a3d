/** What S3 is asked about a bucket that the library does not answer, or not as S3 does. */
import type { Answer } from "../emulators/front.ts";
import { answerVersioning } from "./answer-versions.ts";
import { failureWith, noBucket } from "./failures.ts";
import type { Library } from "./fauxqs.ts";
import { listObjects } from "./object-list.ts";
import type { S3Address } from "./s3-operations.ts";
import { listVersions } from "./version-list.ts";

const ANSWERS: Readonly<Record<string, (library: Library, address: S3Address) => Answer>> = {
  GetBucketVersioning: (library, { bucket }) => answerVersioning(library, bucket),
  ListObjectVersions: ({ versions }, { bucket, query }) => listVersions(versions, bucket, query),
  ListObjects: listed,
  ListObjectsV2: listed,
};

/** Undefined for what the library answers. */
export function ownAnswer(library: Library, operation: string, address: S3Address): Answer | undefined {
  const { bucket } = address;
  if (operation === "DeleteBucket" && isKeeping(library, bucket)) {
    const message =
      "The bucket you tried to delete is not empty. You must delete all versions in the bucket.";
    return failureWith("BucketNotEmpty", message, 409, { BucketName: bucket });
  }
  const answer = ANSWERS[operation];
  if (!answer) return undefined;
  return library.hasBucket(bucket) ? answer(library, address) : noBucket(bucket);
}

function isKeeping({ versions }: Library, bucket: string): boolean {
  return versions.status(bucket) !== undefined && versions.all(bucket).size > 0;
}

function listed(library: Library, { bucket, query }: S3Address): Answer {
  return listObjects(library.objects(bucket), bucket, query);
}
