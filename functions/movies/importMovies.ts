/** A file of movies was put into the bucket: imports it. A second delivery of the same event writes the same items. */
import type { Context, S3Event } from "aws-lambda";
import { environment } from "../environment.ts";
import { readObject } from "../stores/bucket.ts";
import { logger } from "../telemetry/logger.ts";
import { count } from "../telemetry/metrics.ts";
import { importFile } from "./import-file.ts";
import { writeBatch } from "./write-batches.ts";

const table = environment("MOVIES_TABLE");
// Only read to fail early when the link to the bucket is missing: the event names the bucket itself.
environment("IMPORTS_BUCKET");

export async function handler(event: S3Event, context: Context): Promise<void> {
  logger.addContext(context);
  for (const { s3, eventTime } of event.Records) {
    // Keys in events are form-encoded.
    const key = decodeURIComponent(s3.object.key.replaceAll("+", " "));
    const summary = await importFile({
      chunks: await readObject(s3.bucket.name, key),
      version: Date.parse(eventTime),
      write: (items) => writeBatch(table, items),
      reject: (index, reasons) => logger.warn("record rejected", { key, index, reasons }),
    });
    logger.info("file imported", { key, ...summary });
    count({ Imported: summary.imported, Rejected: summary.rejected }, context.functionName);
  }
}
