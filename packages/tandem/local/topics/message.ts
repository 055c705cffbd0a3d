/** A message to a topic: read of what its publisher sends, and refused as SNS refuses it. */

import { parseObject } from "../../shared/json.ts";
import type { Topic } from "./declared.ts";

export interface MessageAttribute {
  dataType: string;
  /** Base64 of a binary one. */
  value: string;
}

export interface Message {
  message: string;
  subject?: string;
  attributes: Readonly<Record<string, MessageAttribute>>;
  /** Protocol → what is sent by it instead. */
  byProtocol?: Readonly<Record<string, string>>;
  groupId?: string;
  deduplicationId?: string;
}

/** What SNS refuses, by its code. */
export class SnsError extends Error {
  override name = "SnsError";
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** Of a message with its attributes, and of a batch, in bytes: 256 KB. */
export const LARGEST_MESSAGE = 262_144;

/** A value of the request by its name, e.g. `MessageAttributes.entry.1.Name`. */
export type FormField = (name: string) => string | undefined;

export function readMessage(field: FormField): Message {
  const [message, subject, structure] = [field("Message"), field("Subject"), field("MessageStructure")];
  if (!message) throw invalid("Empty message");
  const attributes = readAttributes(field);
  if (subject !== undefined && !/^[\x20-\x7e]{1,100}$/.test(subject)) throw invalid("Subject");
  const byProtocol = structure === "json" ? readStructure(message) : undefined;
  const [groupId, deduplicationId] = [field("MessageGroupId"), field("MessageDeduplicationId")];
  return {
    message: byProtocol?.default ?? message,
    attributes,
    ...(subject === undefined ? {} : { subject }),
    ...(byProtocol === undefined ? {} : { byProtocol }),
    ...(groupId === undefined ? {} : { groupId }),
    ...(deduplicationId === undefined ? {} : { deduplicationId }),
  };
}

export function sizeOf({ message, attributes }: Message): number {
  const parts = Object.entries(attributes).flatMap(([name, { dataType, value }]) => [name, dataType, value]);
  return [message, ...parts].reduce((sum, part) => sum + Buffer.byteLength(part), 0);
}

/** What a FIFO topic wants of a message, and a standard one does not. */
export function orderFault({ isFifo, deduplicatesByContent }: Topic, message: Message): string | undefined {
  if (!isFifo) return undefined;
  if (message.groupId === undefined) return "The MessageGroupId parameter is required for FIFO topics";
  if (message.deduplicationId === undefined && !deduplicatesByContent)
    return "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly";
  return undefined;
}

export function invalid(why: string): SnsError {
  return new SnsError("InvalidParameter", `Invalid parameter: ${why}`);
}

function readStructure(message: string): Record<string, string> {
  const parsed = parseObject(message);
  if (!parsed) throw invalid("Message Structure - JSON message body failed to parse");
  const texts = Object.entries(parsed).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  const byProtocol = Object.fromEntries(texts);
  if (byProtocol.default === undefined)
    throw invalid("Message Structure - No default entry in JSON message body");
  return byProtocol;
}

function readAttributes(field: FormField): Record<string, MessageAttribute> {
  const attributes: Record<string, MessageAttribute> = {};
  for (let at = 1; ; at++) {
    const entry = `MessageAttributes.entry.${at}`;
    const name = field(`${entry}.Name`);
    if (name === undefined) return attributes;
    const dataType = field(`${entry}.Value.DataType`) ?? "";
    const value = field(`${entry}.Value.StringValue`) ?? field(`${entry}.Value.BinaryValue`) ?? "";
    attributes[name] = checked(name, { dataType, value });
  }
}

function checked(name: string, attribute: MessageAttribute): MessageAttribute {
  const { dataType, value } = attribute;
  const [kind] = dataType.split(".");
  if (kind !== "String" && kind !== "Number" && kind !== "Binary")
    throw new SnsError(
      "ParameterValueInvalid",
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  if (value === "")
    throw new SnsError(
      "ParameterValueInvalid",
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${dataType}'.`,
    );
  if (kind === "Number" && !Number.isFinite(Number(value)))
    throw new SnsError(
      "ParameterValueInvalid",
      `Could not cast message attribute '${name}' value to number.`,
    );
  return attribute;
}
