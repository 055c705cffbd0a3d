/** Looks into the buckets of a run, and changes them, as the person at this machine. A change tells whom the program says. */

import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { UserError } from "../../shared/user-error.js";
import { settingsFor } from "../local-target.ts";
import type { RunStatus } from "../state-folder.ts";
import { findStore } from "../store-list.ts";

export interface ListedObject {
  key: string;
  size: number;
  /** ISO 8601. */
  modified: string;
}

export class Buckets {
  readonly #run: Pick<RunStatus, "stores" | "variables">;

  constructor(run: Pick<RunStatus, "stores" | "variables">) {
    this.#run = run;
  }

  /** Every object whose key begins so. */
  async list(bucket: string, prefix = ""): Promise<ListedObject[]> {
    const found: ListedObject[] = [];
    let next: string | undefined;
    do {
      const page = await this.#call(bucket, (client, Bucket) =>
        client.send(new ListObjectsV2Command({ Bucket, Prefix: prefix, ContinuationToken: next })),
      );
      for (const { Key = "", Size = 0, LastModified } of page.Contents ?? [])
        found.push({ key: Key, size: Size, modified: LastModified?.toISOString() ?? "" });
      next = page.NextContinuationToken;
    } while (next !== undefined);
    return found;
  }

  async get(bucket: string, key: string, into: Writable): Promise<void> {
    await this.#call(bucket, async (client, Bucket) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: key }));
      await pipeline(Body as Readable, into, { end: into !== process.stdout });
    });
  }

  async put(bucket: string, key: string, content: Buffer): Promise<void> {
    await this.#call(bucket, (client, Bucket) =>
      client.send(new PutObjectCommand({ Bucket, Key: key, Body: content })),
    );
  }

  async delete(bucket: string, key: string): Promise<void> {
    await this.#call(bucket, (client, Bucket) => client.send(new DeleteObjectCommand({ Bucket, Key: key })));
  }

  async #call<T>(name: string, send: (client: S3Client, Bucket: string) => Promise<T>): Promise<T> {
    const { physicalName, region } = findStore("bucket", this.#run.stores.buckets, name);
    const client = new S3Client({
      ...settingsFor(this.#run, "AWS_ENDPOINT_URL_S3", region),
      forcePathStyle: true,
    });
    try {
      return await send(client, physicalName);
    } catch (error) {
      throw new UserError(`Bucket ${physicalName}: ${(error as Error).message}`);
    } finally {
      client.destroy();
    }
  }
}
