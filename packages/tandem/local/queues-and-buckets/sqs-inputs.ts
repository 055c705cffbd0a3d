/**
 * What each operation of SQS that is served takes, by the types of SQS's model. A test holds this to the model of AWS's SDK, which
 * would take longer to load than all that the thread needs.
 */

/** Of a member: `required` has the names of those without which a request is none. */
export type Shape = "string" | "integer" | "blob" | { list: Shape } | { map: Shape } | Structure;

export interface Structure {
  members: Readonly<Record<string, Shape>>;
  required: readonly string[];
}

const structure = (
  required: Readonly<Record<string, Shape>>,
  optional: Readonly<Record<string, Shape>> = {},
): Structure => ({ members: { ...required, ...optional }, required: Object.keys(required) });

const STRINGS: Shape = { list: "string" };
const STRING_MAP: Shape = { map: "string" };
const QUEUE = { QueueUrl: "string" } as const;

const attributes: Shape = {
  map: structure(
    { DataType: "string" },
    {
      StringValue: "string",
      BinaryValue: "blob",
      StringListValues: STRINGS,
      BinaryListValues: { list: "blob" },
    },
  ),
};
const MESSAGE = { MessageBody: "string" } as const;
const messageMore: Record<string, Shape> = {
  DelaySeconds: "integer",
  MessageAttributes: attributes,
  MessageSystemAttributes: attributes,
  MessageDeduplicationId: "string",
  MessageGroupId: "string",
};
const ENTRY = { Id: "string" } as const;
const RECEIVED = { ReceiptHandle: "string" } as const;
const HIDDEN = { VisibilityTimeout: "integer" } as const;
const PAGE = { NextToken: "string", MaxResults: "integer" } as const;

/** Operation → its input. */
export const INPUTS: Readonly<Record<string, Structure>> = {
  CancelMessageMoveTask: structure({ TaskHandle: "string" }),
  ChangeMessageVisibility: structure({ ...QUEUE, ...RECEIVED, ...HIDDEN }),
  ChangeMessageVisibilityBatch: structure({
    ...QUEUE,
    Entries: { list: structure({ ...ENTRY, ...RECEIVED }, HIDDEN) },
  }),
  CreateQueue: structure({ QueueName: "string" }, { Attributes: STRING_MAP, tags: STRING_MAP }),
  DeleteMessage: structure({ ...QUEUE, ...RECEIVED }),
  DeleteMessageBatch: structure({ ...QUEUE, Entries: { list: structure({ ...ENTRY, ...RECEIVED }) } }),
  DeleteQueue: structure(QUEUE),
  GetQueueAttributes: structure(QUEUE, { AttributeNames: STRINGS }),
  GetQueueUrl: structure({ QueueName: "string" }, { QueueOwnerAWSAccountId: "string" }),
  ListDeadLetterSourceQueues: structure(QUEUE, PAGE),
  ListMessageMoveTasks: structure({ SourceArn: "string" }, { MaxResults: "integer" }),
  ListQueueTags: structure(QUEUE),
  ListQueues: structure({}, { QueueNamePrefix: "string", ...PAGE }),
  PurgeQueue: structure(QUEUE),
  ReceiveMessage: structure(QUEUE, {
    AttributeNames: STRINGS,
    MessageSystemAttributeNames: STRINGS,
    MessageAttributeNames: STRINGS,
    MaxNumberOfMessages: "integer",
    ...HIDDEN,
    WaitTimeSeconds: "integer",
    ReceiveRequestAttemptId: "string",
  }),
  SendMessage: structure({ ...QUEUE, ...MESSAGE }, messageMore),
  SendMessageBatch: structure({
    ...QUEUE,
    Entries: { list: structure({ ...ENTRY, ...MESSAGE }, messageMore) },
  }),
  SetQueueAttributes: structure({ ...QUEUE, Attributes: STRING_MAP }),
  StartMessageMoveTask: structure(
    { SourceArn: "string" },
    { DestinationArn: "string", MaxNumberOfMessagesPerSecond: "integer" },
  ),
  TagQueue: structure({ ...QUEUE, Tags: STRING_MAP }),
  UntagQueue: structure({ ...QUEUE, TagKeys: STRINGS }),
};
