/** What a receiver gets to see of messages: the attributes that it asks for, and no others. */
import { md5OfMessageAttributes } from "./fauxqs.ts";
import type { ReceivedMessage } from "./queue-client.ts";

const DEAD_LETTER_SOURCE = "DeadLetterQueueSourceArn";

type Input = Record<string, unknown>;

/** With all attributes → with those asked for, and with their digest. */
export function asAskedFor(
  messages: readonly ReceivedMessage[],
  { MessageAttributeNames, AttributeNames, MessageSystemAttributeNames }: Input,
  sourceOf: (receiptHandle: string) => string | undefined,
): ReceivedMessage[] {
  const names = textsOf(MessageAttributeNames);
  const system = [...textsOf(AttributeNames), ...textsOf(MessageSystemAttributeNames)];
  const wantsSource = system.includes("All") || system.includes(DEAD_LETTER_SOURCE);
  return messages.map(({ MessageAttributes = {}, MD5OfMessageAttributes: _all, ...message }) => {
    const asked = Object.entries(MessageAttributes).filter(([name]) => isAskedFor(name, names));
    const source = wantsSource ? sourceOf(message.ReceiptHandle) : undefined;
    const attributes = Object.fromEntries(asked);
    return {
      ...message,
      ...(source === undefined
        ? {}
        : { Attributes: { ...message.Attributes, [DEAD_LETTER_SOURCE]: source } }),
      ...(asked.length === 0
        ? {}
        : {
            MD5OfMessageAttributes: md5OfMessageAttributes(attributes),
            MessageAttributes: attributes,
          }),
    };
  });
}

/** `All`, a name, or how it begins: `Hel.*`, `*`. */
function isAskedFor(name: string, asked: readonly string[]): boolean {
  return asked.some(
    (one) => one === "All" || one === name || (/\*$/.test(one) && name.startsWith(one.replace(/\.?\*$/, ""))),
  );
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
