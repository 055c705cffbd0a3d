/** Reads objects for whoever serves a bucket by HTTP. The SDK is loaded when somebody asks for the first. */
import type { GetObjectCommandOutput, S3Client } from "@aws-sdk/client-s3";
import { operatorCredentials } from "../iam/credentials.ts";
import type { ReadObject, SiteObject } from "./answer.ts";

/** What S3 hands on of an object. */
const FIELDS: [header: string, field: keyof GetObjectCommandOutput][] = [
  ["Content-Type", "ContentType"],
  ["Cache-Control", "CacheControl"],
  ["Content-Disposition", "ContentDisposition"],
  ["Content-Encoding", "ContentEncoding"],
  ["Content-Language", "ContentLanguage"],
];

/** The second of a key like `a/../b`, which the local S3 keeps nothing under. */
const NOT_THERE = new Set(["NoSuchKey", "InvalidURI"]);

export class BucketReader {
  readonly #endpoint: () => string | undefined;
  /** By region. */
  readonly #clients = new Map<string, S3Client>();

  /** `endpoint`: where S3 is reached, once it is. */
  constructor(endpoint: () => string | undefined) {
    this.#endpoint = endpoint;
  }

  /** Who serves the bucket judges who may read; the store is asked as by the person at this machine. */
  in(region: string): ReadObject {
    return async (Bucket, Key) => {
      const { GetObjectCommand, S3Client } = await import("@aws-sdk/client-s3");
      const client =
        this.#clients.get(region) ??
        new S3Client({
          endpoint: this.#endpoint() ?? "",
          region,
          credentials: operatorCredentials,
          forcePathStyle: true,
          maxAttempts: 1,
        });
      this.#clients.set(region, client);
      try {
        return await siteObject(await client.send(new GetObjectCommand({ Bucket, Key })));
      } catch (error) {
        if (NOT_THERE.has((error as Error).name)) return undefined;
        throw error;
      }
    };
  }

  close(): void {
    for (const client of this.#clients.values()) client.destroy();
    this.#clients.clear();
  }
}

async function siteObject(output: GetObjectCommandOutput): Promise<SiteObject> {
  const headers = FIELDS.flatMap(([header, field]) => {
    const value = output[field];
    return typeof value === "string" ? [header, value] : [];
  });
  const modified = output.LastModified;
  return {
    headers: modified ? [...headers, "Last-Modified", modified.toUTCString()] : headers,
    etag: output.ETag ?? "",
    body: Buffer.from((await output.Body?.transformToByteArray()) ?? []),
  };
}
