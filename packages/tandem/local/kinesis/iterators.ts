/** Where a reader of a shard stands, as a text that it gets and brings again. */
import { type JsonObject, parseObject } from "../../shared/json.ts";
import { ApiError, textOf } from "../other-services/json-api.ts";
import { nextSequence } from "../records/next-sequence.ts";
import { START } from "./record.ts";

export interface Position {
  /** Sequence number of the first record that is read. */
  from: string;
  /** Records that came before are passed over; seconds since 1970. */
  since: number;
}

interface Iterator extends Position {
  arn: string;
}

export function encodeIterator(iterator: Iterator): string {
  return Buffer.from(JSON.stringify(iterator)).toString("base64");
}

export function decodeIterator(encoded: string): Iterator {
  const { arn, from, since } = parseObject(Buffer.from(encoded, "base64")) ?? {};
  if (typeof arn !== "string" || typeof from !== "string" || typeof since !== "number")
    throw invalid("Invalid ShardIterator.");
  return { arn, from, since };
}

/** @param last sequence number of the last record of all streams */
export function startOf(input: JsonObject, last: string): Position {
  const { ShardIteratorType: type, Timestamp } = input;
  const sequence = textOf(input.StartingSequenceNumber) ?? "";
  const isNumbered = type === "AT_SEQUENCE_NUMBER" || type === "AFTER_SEQUENCE_NUMBER";
  if (isNumbered && !/^\d+$/.test(sequence))
    throw invalid(`StartingSequenceNumber ${sequence} used in GetShardIterator is no sequence number.`);
  switch (type) {
    case "TRIM_HORIZON":
      return { from: START, since: 0 };
    case "LATEST":
      return { from: nextSequence(last), since: 0 };
    case "AT_SEQUENCE_NUMBER":
      return { from: sequence, since: 0 };
    case "AFTER_SEQUENCE_NUMBER":
      return { from: nextSequence(sequence), since: 0 };
    case "AT_TIMESTAMP":
      return { from: START, since: Number(Timestamp) };
    default:
      throw invalid(`Invalid ShardIteratorType ${String(type)}.`);
  }
}

function invalid(message: string): ApiError {
  return new ApiError("InvalidArgumentException", message);
}
