/**
 * A subsegment in AWS X-Ray for each call of a store, sent as a datagram to the daemon that Lambda runs beside a worker.
 * Does nothing, and loads nothing, where there is no daemon or the request is not sampled (docs/decisions/031-tracing.md).
 */
import { randomBytes } from "node:crypto";
import type { Socket } from "node:dgram";

export interface Call {
  /** What is called, e.g. `DynamoDB`. */
  name: string;
  /** `aws` for a service of AWS, `remote` for everything else. */
  namespace: "aws" | "remote";
  aws?: Record<string, string | undefined>;
}

export async function traced<T>(call: Call, work: () => Promise<T>): Promise<T> {
  const parent = sampledParent();
  if (!parent) return work();
  const started = Date.now();
  let failed = true;
  try {
    const result = await work();
    failed = false;
    return result;
  } finally {
    await emit(parent.daemon, {
      ...call,
      type: "subsegment",
      id: randomBytes(8).toString("hex"),
      trace_id: parent.traceId,
      parent_id: parent.id,
      start_time: started / 1_000,
      end_time: Date.now() / 1_000,
      fault: failed,
    });
  }
}

interface Parent {
  traceId: string;
  id: string;
  daemon: { host: string; port: number };
}

/** Read for each call: Lambda sets the header of the invocation that runs, as `Root=1-…;Parent=…;Sampled=1`. */
function sampledParent(): Parent | undefined {
  const header = process.env._X_AMZN_TRACE_ID;
  const address = process.env.AWS_XRAY_DAEMON_ADDRESS;
  if (!header || !address) return undefined;
  const fields = new Map(header.split(";").map((field) => splitOnce(field, "=")));
  const traceId = fields.get("Root");
  const id = fields.get("Parent");
  const [host, port] = splitOnce(address, ":");
  if (!traceId || !id || fields.get("Sampled") !== "1") return undefined;
  return { traceId, id, daemon: { host, port: Number(port) } };
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

let socket: Promise<Socket> | undefined;

/** Waits until the datagram has left: Lambda freezes the worker as soon as the answer is given. */
async function emit({ host, port }: Parent["daemon"], segment: object): Promise<void> {
  socket ??= openSocket();
  const datagram = `{"format":"json","version":1}\n${JSON.stringify(segment)}`;
  const sender = await socket;
  // A lost datagram costs a line in a trace; it must never cost the request.
  await new Promise<void>((resolve) => sender.send(datagram, port, host, () => resolve()));
}

async function openSocket(): Promise<Socket> {
  const { createSocket } = await import("node:dgram");
  return createSocket("udp4").unref();
}
