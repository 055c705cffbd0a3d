/**
 * One change from the queue, which may come twice and late: applied unless the movie is in a later version already. Of a movie
 * that was deleted no version is kept, so a `put` that comes once more after the `delete` brings it back; who minds that
 * uses a FIFO queue, with the movie as the message group.
 */
import { DeleteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { environment } from "../environment.ts";
import { send, unlessRefused } from "../stores/dynamo.ts";
import { toItem, toKey } from "./item.ts";
import type { MovieMessage } from "./message.ts";

const TableName = environment("MOVIES_TABLE");

/** @param sent when the message was sent, in milliseconds: it becomes the movie's version. */
export async function applyChange(message: MovieMessage, sent: number): Promise<boolean> {
  const condition = {
    TableName,
    ConditionExpression: "attribute_not_exists(#version) OR #version <= :sent",
    ExpressionAttributeNames: { "#version": "version" },
    ExpressionAttributeValues: { ":sent": { N: String(sent) } },
  };
  const written =
    message.type === "put"
      ? send(new PutItemCommand({ ...condition, Item: toItem({ ...message.movie, version: sent }) }))
      : send(new DeleteItemCommand({ ...condition, Key: toKey(message) }));
  return (await unlessRefused<unknown>(written)) !== undefined;
}
