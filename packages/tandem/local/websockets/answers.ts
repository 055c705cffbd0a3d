/** What a WebSocket API says by itself, in an answer to a handshake or in a message. */
import { type HttpAnswer, messageAnswer } from "../gateway/http/http-message.ts";

export interface OwnMessage {
  /** Of the handshake; a message carries none. */
  status: number;
  message: string;
}

const INTERNAL = "Internal server error";

export const own = {
  /** No stage or no route takes it. */
  forbidden: { status: 403, message: "Forbidden" },
  badRequest: { status: 400, message: "Bad Request" },
  throttled: { status: 429, message: "Too Many Requests" },
  /** The function could not be called. */
  integrationError: { status: 500, message: INTERNAL },
  /** It failed, or what it returned is no answer. */
  functionError: { status: 502, message: INTERNAL },
  timeout: { status: 504, message: "Endpoint request timed out" },
} satisfies Record<string, OwnMessage>;

/** Not of the cloud: the local run says why it does not do something. */
export function notRun(reason: string): OwnMessage {
  return { status: 501, message: reason };
}

/** As an authorizer words its refusal. */
export function ofAnswer({ status, body }: HttpAnswer): OwnMessage {
  const { message, Message } = JSON.parse(String(body)) as { message?: string; Message?: string };
  return { status, message: message ?? Message ?? INTERNAL };
}

export function wordsOf({ message }: OwnMessage, connectionId: string, requestId: string): string {
  return JSON.stringify({ message, connectionId, requestId });
}

/** @param message null where AWS says no more than the type */
export function failure(status: number, type: string, message: string | null): HttpAnswer {
  const answer = messageAnswer(status, message ?? "", ["x-amzn-ErrorType", type]);
  return message === null ? { ...answer, body: "" } : answer;
}
