/**
 * A program may load several copies of the SDK: yarn gives a provider's package one of its own where the newest that fits
 * is not the project's. They share one monitor, and each reads an answer by its own messages, as it does from the engine.
 */
import { createRequire } from "node:module";

interface Message {
  serializeBinary(): Uint8Array;
}

interface MessageClass {
  new (): Message;
  deserializeBinary(bytes: Uint8Array): Message;
}

type Messages = Record<string, MessageClass | undefined>;

const RESOURCE_MESSAGES = /[\\/]proto[\\/]resource_pb\.js$/;

/**
 * Its class has the methods of its copy's version: an older one cannot say that something was not set.
 * @param own this copy's message of the same name
 * @returns the request as that, as an engine reads it; itself where it is one
 */
export function readByOwn<T extends Message>(
  request: T,
  own: { new (): T; deserializeBinary(bytes: Uint8Array): T },
): T {
  return request instanceof own ? request : own.deserializeBinary(request.serializeBinary());
}

/** By the class of the request; undefined where that is of no copy that a file holds, such as one in a bundle. */
const answerClasses = new WeakMap<object, MessageClass | undefined>();

/** @returns the answer in the message that the copy which made the request has for it; itself where none is read of it */
export function readableByAsker(request: object, answer: unknown): unknown {
  const asked = request.constructor;
  if (!answerClasses.has(asked)) answerClasses.set(asked, findAnswerClass(asked));
  const wanted = answerClasses.get(asked);
  if (wanted === undefined || answer instanceof wanted) return answer;
  return wanted.deserializeBinary((answer as Message).serializeBinary());
}

function findAnswerClass(asked: object): MessageClass | undefined {
  const { cache } = createRequire(import.meta.url);
  for (const [file, module] of Object.entries(cache)) {
    if (module === undefined || !RESOURCE_MESSAGES.test(file)) continue;
    const messages: Messages = module.exports;
    if (messages.RegisterResourceRequest === asked) return messages.RegisterResourceResponse;
    if (messages.ReadResourceRequest === asked) return messages.ReadResourceResponse;
    if (messages.ResourceInvokeRequest === asked) {
      return messages.ResourceInvokeResponse ?? createRequire(file)("./provider_pb.js").InvokeResponse;
    }
  }
  return undefined;
}
