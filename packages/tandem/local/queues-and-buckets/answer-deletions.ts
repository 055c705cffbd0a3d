/** Deletes a list of objects, or of their versions. */
import type { Answer, FrontRequest } from "../emulators/front.ts";
import { escapeXml } from "../escape-xml.ts";
import { type DeletedObject, objectDeletion, readDeletions } from "../iam/actions-s3.ts";
import { answerDeletion, NO_VERSION, writtenHeaders } from "./answer-versions.ts";
import type { Removal } from "./events.ts";
import { noBucket, s3Failure, writtenKey } from "./failures.ts";
import { type AnswerOptions, refusalOf } from "./judge.ts";
import { inTurn } from "./preconditions.ts";
import { malformedXml } from "./s3-bodies.ts";
import { documentOf } from "./s3-documents.ts";
import { pathOf } from "./s3-requests.ts";

/** S3 deletes no more in one request. */
const MOST_DELETED = 1_000;

interface Deletion {
  answer: Answer;
  removed: Omit<Removal, "bucket">[];
}

/**
 * One by one: a key that the program does not allow is an error beside those that are gone, as in S3, and the library reads the
 * list in another way than it is judged.
 */
export async function deleteEach(
  options: AnswerOptions,
  bucket: string,
  asked: FrontRequest,
  request: FrontRequest,
): Promise<Deletion> {
  const { listed, isQuiet } = readDeletions(request.body) ?? { listed: [], isQuiet: false };
  if (listed.length === 0 || listed.length > MOST_DELETED) return { answer: malformedXml(), removed: [] };
  const principal = options.guard().authenticate(asked, "s3");
  if (typeof principal === "string") return { answer: s3Failure(principal), removed: [] };
  if (!options.library.hasBucket(bucket)) return { answer: noBucket(bucket), removed: [] };
  let entries = "";
  // S3 tells of each key of a list, also of one that was not there.
  const removed: Deletion["removed"] = [];
  for (const one of listed) {
    const refusal = refusalOf(options, principal, [objectDeletion(bucket, one)]);
    if (refusal) entries += errorEntry(one, "AccessDenied", refusal.message);
    else {
      const { answer, gone, reported } = await inTurn(`${bucket}/${one.key}`, () =>
        deleteOne(options, request, bucket, one),
      );
      if (answer && answer.status >= 300) return { answer, removed };
      if (gone) removed.push(gone);
      if (gone === undefined || !isQuiet) entries += reported;
    }
  }
  return { answer: documentOf("DeleteResult", entries), removed };
}

interface DeletedOne {
  /** Of the library. */
  answer?: Answer;
  gone?: Omit<Removal, "bucket">;
  /** Of the list that is answered. */
  reported: string;
}

async function deleteOne(
  { library }: AnswerOptions,
  request: FrontRequest,
  bucket: string,
  one: DeletedObject,
): Promise<DeletedOne> {
  const { key, versionId } = one;
  const name = `<Key>${writtenKey(key)}</Key>`;
  const reported = (more: string) => `<Deleted>${name}${more}</Deleted>`;
  const markerReported = (id: string) =>
    `<DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>${id}</DeleteMarkerVersionId>`;
  if (versionId !== undefined) {
    const { removed } = answerDeletion(library, { bucket, key }, versionId);
    if (!removed) return { reported: errorEntry(one, "NoSuchVersion", NO_VERSION) };
    const marker = removed.isMarker ? markerReported(versionId) : "";
    return { gone: one, reported: reported(`<VersionId>${versionId}</VersionId>${marker}`) };
  }
  const answer = await library.send({
    ...request,
    method: "DELETE",
    url: pathOf({ bucket, key }),
    headers: { host: "127.0.0.1" },
    body: Buffer.alloc(0),
  });
  const marker = writtenHeaders("DeleteObject", library, { bucket, key })["x-amz-version-id"];
  return { answer, gone: { key }, reported: reported(marker === undefined ? "" : markerReported(marker)) };
}

function errorEntry({ key, versionId }: DeletedObject, code: string, message: string): string {
  const version = versionId === undefined ? "" : `<VersionId>${escapeXml(versionId)}</VersionId>`;
  return `<Error><Key>${writtenKey(key)}</Key>${version}<Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
}
