/** Buckets, queues, topics and schedules. */

import { textOf } from "../../../program/reading/value.ts";
import { sourcesOf } from "../calls.ts";
import type { Costing } from "../costing.ts";
import { runsPerMonth } from "../schedules.ts";
import { MILLION, SECONDS } from "../units.ts";

/** Send, receive, delete. */
const REQUESTS_PER_MESSAGE = 3;
/** Lambda waits for messages with five long polls of 20 seconds each, whether any come or not. */
const POLLS_PER_SECOND = 5 / 20;

export function meterEvents({ view, meter, prices, free, assumed }: Costing): void {
  const uploads = sourcesOf(view, "s3").length * assumed.uploads;
  meter.add({
    service: "Amazon S3",
    item: "storage",
    quantity:
      view.ofType("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2").length * assumed["bucket-storage"],
    unit: "GB",
    price: prices.s3.storageGb,
  });
  meter.add({
    service: "Amazon S3",
    item: "uploads",
    quantity: uploads / 1000,
    unit: "thousand",
    price: prices.s3.writesPerThousand,
  });
  // Who is called for an object reads it.
  meter.add({
    service: "Amazon S3",
    item: "reads",
    quantity: uploads / 1000,
    unit: "thousand",
    price: prices.s3.readsPerThousand,
  });
  const queueRequests = assumed.messages * REQUESTS_PER_MESSAGE + POLLS_PER_SECOND * SECONDS;
  meter.add({
    service: "Amazon SQS",
    item: "requests",
    quantity: (sourcesOf(view, "sqs").length * queueRequests) / MILLION,
    unit: "million",
    price: prices.sqs.requestsPerMillion,
    free: free.sqsRequests / MILLION,
  });
  meter.add({
    service: "Amazon SNS",
    item: "e-mails",
    quantity: (view.ofType("aws:sns/topic:Topic").length * assumed.emails) / 100_000,
    unit: "hundred thousand",
    price: prices.sns.emailsPerHundredThousand,
    free: free.snsEmails / 100_000,
  });
  meter.add({
    service: "EventBridge Scheduler",
    item: "calls",
    quantity:
      view
        .ofType("aws:scheduler/schedule:Schedule")
        .reduce((sum, { inputs }) => sum + runsPerMonth(textOf(inputs.scheduleExpression) ?? ""), 0) /
      MILLION,
    unit: "million",
    price: prices.scheduler.callsPerMillion,
    free: free.schedulerCalls / MILLION,
  });
}
