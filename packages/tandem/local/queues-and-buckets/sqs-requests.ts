/** What SQS refuses of a request before it looks into the queue, where the library takes it or says so in other words. */
import limits from "../../shared/aws/limits.cjs";
import type { JsonObject } from "../../shared/json.ts";
import { queueRequestRefusal } from "./queue-requests.ts";
import { missingParameter, type SqsRefusal } from "./sqs-types.ts";

type Input = JsonObject;
type Bounded = [parameter: string, most: number];

/** As the library makes them. */
const HANDLE = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TEXT_ID = /^[\w!"#$%&'()*+,\-./:;<=>?@[\\\]^`{|}~]{1,128}$/;
const ATTRIBUTE_NAME = /^(?!\.)(?!.*\.\.)(?!.*\.$)(?!aws\.|amazon\.)[\w.-]{1,256}$/i;
const MOST_ATTRIBUTES = 10;
const MOST_DELAY_SECONDS = 900;
const OF_QUEUES = new Set(["CreateQueue", "GetQueueAttributes", "SetQueueAttributes"]);
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** Operation → its number that has bounds, as SQS's API pages have them, and the largest one. */
const NUMBERS: Record<string, Bounded> = {
  ListDeadLetterSourceQueues: ["MaxResults", 1_000],
  ListMessageMoveTasks: ["MaxResults", 10],
  ListQueues: ["MaxResults", 1_000],
  StartMessageMoveTask: ["MaxNumberOfMessagesPerSecond", 500],
};

const invalid = (message: string): SqsRefusal => ({ code: "InvalidParameterValue", message });

/** Of the whole request. */
export function requestRefusal(operation: string, input: Input): SqsRefusal | undefined {
  if (operation === "SendMessage") return messageRefusal(input);
  if (operation === "ReceiveMessage") return receiveRefusal(input);
  const bounded = NUMBERS[operation];
  if (bounded) return numberRefusal(bounded, input);
  if (OF_QUEUES.has(operation)) return queueRequestRefusal(input);
  if (operation === "DeleteMessage" || operation === "ChangeMessageVisibility") {
    const { ReceiptHandle: handle } = input;
    if (handle === undefined || HANDLE.test(String(handle))) return undefined;
    const message = `The input receipt handle "${handle}" is not a valid receipt handle.`;
    return { code: "ReceiptHandleIsInvalid", message };
  }
  return operation.endsWith("Batch") ? batchRefusal(operation, entriesOf(input)) : undefined;
}

type QueueAttributes = Readonly<Record<string, string>>;

/**
 * Of an entry of a batch: the others are carried out.
 * @param attributes of the queue; undefined where there is none, which the library says
 */
export function entryRefusal(
  attributes: QueueAttributes | undefined,
  operation: string,
  entry: Input,
  index: number,
): SqsRefusal | undefined {
  const missing = (name: string) => missingParameter(entryParameter(operation, index, name));
  if (operation === "SendMessageBatch")
    return entry.MessageBody
      ? (messageRefusal(entry) ?? (attributes && nameRefusal(attributes, entry)))
      : missing("MessageBody");
  if (!HANDLE.test(String(entry.ReceiptHandle)))
    return { code: "ReceiptHandleIsInvalid", message: "The input receipt handle is invalid." };
  const isWhole = operation === "DeleteMessageBatch" || entry.VisibilityTimeout !== undefined;
  return isWhole ? undefined : missing("VisibilityTimeout");
}

/** Of a message to a queue with these attributes, or of a batch with one that a FIFO queue does not take: nothing of it is sent. */
export function orderRefusal(
  attributes: QueueAttributes,
  operation: string,
  input: Input,
): SqsRefusal | undefined {
  const { FifoQueue, ContentBasedDeduplication } = attributes;
  if (operation === "SendMessage" && FifoQueue !== "true") return nameRefusal(attributes, input);
  if (FifoQueue !== "true" || !operation.startsWith("SendMessage")) return undefined;
  const isBatch = operation === "SendMessageBatch";
  const sent = isBatch ? entriesOf(input) : [input];
  if (sent.some(({ MessageGroupId }) => MessageGroupId === undefined)) {
    const missing = missingParameter("MessageGroupId");
    // Of a batch AWS says so under another code.
    return isBatch ? invalid(missing.message) : missing;
  }
  const isNamed = sent.every(({ MessageDeduplicationId }) => MessageDeduplicationId !== undefined);
  return isNamed || ContentBasedDeduplication === "true"
    ? undefined
    : invalid(
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
      );
}

/** By its deduplication id a FIFO queue alone knows a message. */
function nameRefusal({ FifoQueue }: QueueAttributes, message: Input): SqsRefusal | undefined {
  const { MessageDeduplicationId: id } = message;
  return FifoQueue === "true" || id === undefined
    ? undefined
    : invalid(
        `Value ${id} for parameter MessageDeduplicationId is invalid. Reason: The request include parameter that is not valid for this queue type.`,
      );
}

/** As the older protocol counts them: `SendMessageBatchRequestEntry.1.Id`. */
function entryParameter(operation: string, index: number, name: string): string {
  return `${operation}RequestEntry.${index + 1}.${name}`;
}

export function entriesOf({ Entries }: Input): Input[] {
  return Array.isArray(Entries) ? (Entries as Input[]) : [];
}

function batchRefusal(operation: string, entries: readonly Input[]): SqsRefusal | undefined {
  const most = limits.sqs.mostMessages;
  if (entries.length > most) {
    const message = `Maximum number of entries per request are ${most}. You have sent ${entries.length}.`;
    return { code: "TooManyEntriesInBatchRequest", message };
  }
  const unnamed = entries.findIndex(({ Id }) => Id === undefined);
  if (unnamed >= 0) return missingParameter(entryParameter(operation, unnamed, "Id"));
  if (entries.every(({ Id }) => /^[\w-]{1,80}$/.test(String(Id)))) return undefined;
  const message =
    "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.";
  return { code: "InvalidBatchEntryId", message };
}

function receiveRefusal({ MaxNumberOfMessages: most = 1 }: Input): SqsRefusal | undefined {
  return Number(most) >= 1 && Number(most) <= limits.sqs.mostMessages
    ? undefined
    : invalid(
        `Value ${most} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and ${limits.sqs.mostMessages}, if provided.`,
      );
}

function numberRefusal([parameter, most]: Bounded, input: Input): SqsRefusal | undefined {
  const { [parameter]: given = 1 } = input;
  return Number(given) >= 1 && Number(given) <= most
    ? undefined
    : invalid(
        `Value for parameter ${parameter} is invalid. Reason: ${parameter} must be an integer between 1 and ${most}.`,
      );
}

function messageRefusal(message: Input): SqsRefusal | undefined {
  const { DelaySeconds: delay, MessageAttributes: attributes = {} } = message;
  if (delay !== undefined && !(Number(delay) >= 0 && Number(delay) <= MOST_DELAY_SECONDS))
    return invalid(
      `Value ${delay} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= ${MOST_DELAY_SECONDS}.`,
    );
  for (const parameter of ["MessageGroupId", "MessageDeduplicationId"]) {
    const value = message[parameter];
    if (value !== undefined && !TEXT_ID.test(String(value)))
      return invalid(
        `Value ${value} for parameter ${parameter} is invalid. Reason: ${parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
      );
  }
  return attributesRefusal(attributes as Record<string, Input>);
}

function attributesRefusal(attributes: Record<string, Input>): SqsRefusal | undefined {
  const entries = Object.entries(attributes);
  if (entries.length > MOST_ATTRIBUTES)
    return invalid(
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [${MOST_ATTRIBUTES}].`,
    );
  for (const [name, attribute] of entries) {
    const [type = ""] = String(attribute.DataType ?? "").split(".");
    const value = type === "Binary" ? attribute.BinaryValue : attribute.StringValue;
    if (!ATTRIBUTE_NAME.test(name))
      return invalid(
        `Message (user) attribute name '${name}' is not one that SQS takes: letters, digits, _, - and single dots inside, not beginning with AWS. or Amazon.`,
      );
    if (!/^(String|Number|Binary)$/.test(type))
      return invalid(
        `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
      );
    if (value === undefined || value === "")
      return invalid(`Message (user) attribute '${name}' must contain a non-empty value of type '${type}'.`);
    if (type === "Number" && !NUMBER.test(String(value).trim()))
      return invalid(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  }
  return undefined;
}
