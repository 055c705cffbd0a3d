/** `Publish` and `PublishBatch`, what a program calls of SNS when it runs. The protocol is AWS's older one: forms, answered in XML. */
import { readArn } from "../../program/reading/arn.ts";
import type { Answer, FrontRequest } from "../emulators/front.ts";
import { formFault } from "../iam/authentication-faults.ts";
import type { Guard, Principal, Refusal } from "../iam/guard.ts";
import { formError, formResult } from "../other-services/form-answers.ts";
import { notImplemented, operationOf } from "../other-services/service.ts";
import type { Topic } from "./declared.ts";
import {
  type FormField,
  invalid,
  LARGEST_MESSAGE,
  type Message,
  orderFault,
  readMessage,
  SnsError,
  sizeOf,
} from "./message.ts";
import type { Published } from "./notification.ts";

export interface SnsOptions {
  guard(): Guard;
  onRefusal(refusal: Refusal): void;
  topic(arn: string): Topic | undefined;
  publish(topic: Topic, message: Message): Promise<Published>;
}

const MOST_ENTRIES = 10;
const NAMESPACE = "http://sns.amazonaws.com/doc/2010-03-31/";

const OPERATIONS = { Publish: publish, PublishBatch: publishBatch };

export async function answerSns(options: SnsOptions, request: FrontRequest): Promise<Answer> {
  const operation = operationOf(request) ?? "";
  if (operation !== "Publish" && operation !== "PublishBatch")
    return notImplemented(request.headers, `${operation}: the local SNS knows only Publish and PublishBatch`);
  const form = new URLSearchParams(request.body.toString());
  const field: FormField = (name) => form.get(name) ?? undefined;
  try {
    const principal = options.guard().authenticate(request, "sns");
    if (typeof principal === "string") {
      const [code, message] = formFault(principal, "sns");
      throw new SnsError(code, message, 403);
    }
    return formResult(NAMESPACE, operation, await OPERATIONS[operation](options, principal, field));
  } catch (error) {
    if (error instanceof SnsError) return formError(NAMESPACE, error.status, error.code, error.message);
    throw error;
  }
}

/** Gives the result's XML. */
async function publish(options: SnsOptions, principal: Principal, field: FormField): Promise<string> {
  if (field("PhoneNumber") !== undefined)
    throw new SnsError("NotImplemented", "Text messages to phones are not sent by the local SNS.", 501);
  const topic = topicOf(options, principal, field("TopicArn") ?? field("TargetArn") ?? "");
  const message = readMessage(field);
  if (sizeOf(message) > LARGEST_MESSAGE) throw invalid("Message too long");
  const fault = orderFault(topic, message);
  if (fault !== undefined) throw invalid(fault);
  return resultOf(await options.publish(topic, message));
}

async function publishBatch(options: SnsOptions, principal: Principal, field: FormField): Promise<string> {
  const topic = topicOf(options, principal, field("TopicArn") ?? "");
  const entries = readEntries(field);
  const messages = entries.map(({ id, of }) => ({ id, message: readMessage(of) }));
  for (const { message } of messages) {
    const fault = orderFault(topic, message);
    if (fault !== undefined) throw invalid(fault);
  }
  if (messages.reduce((sum, { message }) => sum + sizeOf(message), 0) > LARGEST_MESSAGE)
    throw new SnsError(
      "BatchRequestTooLong",
      "The length of all the messages put together is more than the limit.",
    );
  const members: string[] = [];
  for (const { id, message } of messages) {
    const published = await options.publish(topic, message);
    members.push(`<member><Id>${id}</Id>${resultOf(published)}</member>`);
  }
  return `<Successful>${members.join("")}</Successful><Failed/>`;
}

function resultOf({ messageId, sequenceNumber }: Published): string {
  const number = sequenceNumber === undefined ? "" : `<SequenceNumber>${sequenceNumber}</SequenceNumber>`;
  return `<MessageId>${messageId}</MessageId>${number}`;
}

function topicOf({ guard, onRefusal, topic }: SnsOptions, principal: Principal, arn: string): Topic {
  const parts = arn.split(":").length;
  if (parts < 6) throw invalid(`TopicArn Reason: An ARN must have at least 6 elements, not ${parts}`);
  const { service, region } = readArn(arn) ?? {};
  if (service !== "sns" || region !== principal.region) throw invalid("TopicArn");
  const refusal = guard().refusal(principal, [{ action: "sns:Publish", resource: arn, context: {} }]);
  if (refusal) {
    onRefusal(refusal);
    throw new SnsError("AuthorizationError", refusal.message.replaceAll("sns:Publish", "SNS:Publish"), 403);
  }
  const found = topic(arn);
  if (!found) throw new SnsError("NotFound", "Topic does not exist", 404);
  return found;
}

function readEntries(field: FormField): { id: string; of: FormField }[] {
  const entries: { id: string; of: FormField }[] = [];
  for (let at = 1; ; at++) {
    const entry = `PublishBatchRequestEntries.member.${at}`;
    const id = field(`${entry}.Id`);
    if (id === undefined) break;
    entries.push({ id, of: (name) => field(`${entry}.${name}`) });
  }
  if (entries.length === 0)
    throw new SnsError("EmptyBatchRequest", "The batch request doesn't contain any entries.");
  if (entries.length > MOST_ENTRIES)
    throw new SnsError(
      "TooManyEntriesInBatchRequest",
      "The batch request contains more entries than permissible.",
    );
  for (const { id } of entries) {
    const start = "The Id of a batch entry in the batch request";
    if (id.length > 80) throw new SnsError("InvalidBatchEntryId", `${start} is too long: ${id}`);
    if (!/^[\w-]+$/.test(id))
      throw new SnsError("InvalidBatchEntryId", `${start} contains an impermissible character: ${id}`);
  }
  if (new Set(entries.map(({ id }) => id)).size < entries.length)
    throw new SnsError(
      "BatchEntryIdsNotDistinct",
      "Two or more batch entries in the request have the same Id.",
    );
  return entries;
}
