/** The forms of SQS's older protocol, as integrations send them, in the form of its JSON protocol. */
import { NotJudged } from "../../templates/values.ts";

const NUMBERS = new Set(["DelaySeconds", "MaxNumberOfMessages", "VisibilityTimeout", "WaitTimeSeconds"]);
const ONE_QUEUE = new Set([
  "SendMessage",
  "ReceiveMessage",
  "DeleteMessage",
  "ChangeMessageVisibility",
  "PurgeQueue",
]);
/** `MessageAttribute.1.Value.StringValue`; both spellings were recorded to be taken. */
const ATTRIBUTE = /^MessageAttributes?\.(\d+)\.(Name|Value\.(?:DataType|StringValue|BinaryValue))$/;
const LISTED = /^(MessageAttributeName|AttributeName)\.\d+$/;
const PROTOCOL = new Set(["Action", "Version", "QueueUrl"]);

export function sqsInput(
  operation: string,
  form: URLSearchParams,
  queueUrl: string | undefined,
): Record<string, unknown> {
  if (!ONE_QUEUE.has(operation))
    throw new NotJudged(
      `an integration asks SQS for ${operation || "no Action"}, which is not sent from here`,
    );
  const attributes = new Map<string, Record<string, string>>();
  const lists = new Map<string, string[]>();
  const input: Record<string, unknown> = queueUrl === undefined ? {} : { QueueUrl: queueUrl };
  for (const [name, value] of form) {
    const [, at, field = ""] = ATTRIBUTE.exec(name) ?? [];
    const listed = LISTED.exec(name)?.[1];
    if (at !== undefined) attributes.set(at, { ...attributes.get(at), [field.replace("Value.", "")]: value });
    else if (listed !== undefined) lists.set(`${listed}s`, [...(lists.get(`${listed}s`) ?? []), value]);
    else if (name.includes("."))
      throw new NotJudged(`an integration sends SQS ${name}, which is not sent from here`);
    else if (!PROTOCOL.has(name)) input[name] = NUMBERS.has(name) ? Number(value) : value;
  }
  if (attributes.size > 0)
    input.MessageAttributes = Object.fromEntries(
      [...attributes.values()].map(({ Name = "", ...value }) => [Name, value]),
    );
  return { ...input, ...Object.fromEntries(lists) };
}
