/** What Lambda refuses when the mapping of a queue is created, found before it is run here. */
import { isReferenceTo } from "../../../program/reading/function-reference.ts";
import { declared } from "../../../program/reading/resources.ts";
import { number, object, text } from "../../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../../program/recording.ts";
import limits from "../../../shared/aws/limits.cjs";
import { readsStream } from "../../dynamodb/table-definitions.ts";
import { readsKinesis } from "../../kinesis/declared.ts";
import { FUNCTION, functionSettings } from "../../workers/settings.ts";
import {
  filterRefusal,
  isOfQueue,
  MappedPairs,
  type MappingRefusal,
  missingOfRole,
  refusalsOf,
  tooManyFilters,
} from "../mappings.ts";
import { type QueueMapping, queueMapping } from "./mappings.ts";

const { sqs } = limits;

export function mappingRefusals(recording: Recording): MappingRefusal[] {
  const pairs = new MappedPairs();
  return refusalsOf(recording, (resource) => {
    const filter = readsStream(resource) || readsKinesis(resource) ? undefined : filterRefusal(resource);
    const found = filter === undefined ? [] : [{ why: filter, isLeftOut: true }];
    if (!isOfQueue(resource)) return found;
    const mapping = queueMapping(resource, recording);
    const others = [...batchRefusals(resource, mapping), ...queueRefusal(mapping, recording)];
    return [
      ...found,
      ...pairs.mistakes("queue", mapping.queueArn, mapping.functionName),
      ...others.map((why) => ({ why, isLeftOut: false })),
    ];
  });
}

function batchRefusals({ inputs }: RecordedResource, mapping: QueueMapping): string[] {
  const found: string[] = [];
  const { queueArn, batchSize, windowSeconds } = mapping;
  const isFifo = queueArn.endsWith(".fifo");
  const most = isFifo ? sqs.mostMessages : sqs.mostMessagesOfBatch;
  if (!(batchSize >= 1 && batchSize <= most))
    found.push(`its batch size of ${batchSize} must be from 1 to ${most}${isFifo ? " of a FIFO queue" : ""}`);
  else if (batchSize > sqs.mostMessages && windowSeconds === 0)
    found.push(
      `its batch size of ${batchSize} is over ${sqs.mostMessages} and needs a maximumBatchingWindowInSeconds of at least 1`,
    );
  if (isFifo && windowSeconds > 0) found.push("a FIFO queue takes no batching window");
  if (!(windowSeconds >= 0 && windowSeconds <= sqs.longestWindow))
    found.push(`its batching window of ${windowSeconds} s must be from 0 to ${sqs.longestWindow}`);
  const concurrency = number(object(inputs.scalingConfig).maximumConcurrency);
  if (concurrency !== undefined && !(concurrency >= 2 && concurrency <= 1_000))
    found.push(`its maximumConcurrency of ${concurrency} must be from 2 to 1000`);
  found.push(...tooManyFilters(mapping));
  return found;
}

/** Of what the program itself declares: a queue and a role of somewhere else are not known here. */
function queueRefusal({ queueArn, functionName, roleArn }: QueueMapping, recording: Recording): string[] {
  const found: string[] = [];
  const queue = declared(recording, "aws:sqs/queue:Queue").find(
    ({ outputs }) => text(outputs.arn) === queueArn,
  );
  const lambda = declared(recording, FUNCTION).find(({ outputs, name }) =>
    isReferenceTo(text(outputs.name) ?? name, functionName),
  );
  if (queue && lambda) {
    const hidden = number(queue.inputs.visibilityTimeoutSeconds) ?? sqs.standardVisibility;
    const { timeout } = functionSettings(lambda, recording);
    if (hidden < timeout)
      found.push(
        `Queue visibility timeout: ${hidden} seconds is less than Function timeout: ${timeout} seconds`,
      );
  }
  const call = { action: "sqs:ReceiveMessage", resource: queueArn, context: {} };
  const hint = missingOfRole(roleArn, call, recording);
  if (hint !== undefined) found.push(`its function's role may not call ReceiveMessage on the queue. ${hint}`);
  return found;
}
