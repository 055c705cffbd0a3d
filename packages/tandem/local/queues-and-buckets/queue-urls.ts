/** What queues are called on this machine. */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** `https://sqs.eu-central-1.amazonaws.com/123456789012/changes` → the same path at the local server. */
export function localQueueUrl(url: string, server: Server | string): string {
  const origin =
    typeof server === "string" ? server : `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return origin + new URL(url).pathname;
}
