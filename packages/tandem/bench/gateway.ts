/** What the gateway itself costs: the whole HTTP path with an invoker in place of the workers. */
import { fileURLToPath } from "node:url";
import { createAddresses } from "../local/addresses.ts";
import { GatewayService } from "../local/gateway/service.ts";
import { Guard } from "../local/iam/guard.ts";
import type { Invoker } from "../local/invocation.ts";
import { anyPorts } from "../local/kept-ports.ts";
import { recordProgram } from "../program/record-program.ts";
import { httpLoad, type LoadResult } from "./http-load.ts";

export interface GatewayFigures extends LoadResult {
  /** CPU time of this process for one request, in microseconds. */
  cpuMicroseconds: number;
}

const root = fileURLToPath(new URL("../../..", import.meta.url));

const result = JSON.stringify({
  statusCode: 200,
  headers: { "content-type": "application/json" },
  body: '"Hello from Lambda!"',
});
const invoker: Invoker = { invoke: async () => ({ requestId: "bench", status: "ok", payload: result }) };

/** Calls `GET /hello` of this project's program, unthrottled, from another process. */
export async function measureGateway({ connections = 16, seconds = 5 } = {}): Promise<GatewayFigures> {
  const recording = await recordProgram({ cwd: root, stack: "dev", bundle: false });
  // The limit of an account is less than the gateway can do, so the stage's own settings go.
  for (const { type, inputs } of recording.resources) {
    if (type === "aws:apigatewayv2/stage:Stage") delete inputs.defaultRouteSettings;
  }
  const gateway = new GatewayService({ invoker, guard: () => new Guard([]), port: 0 });
  await gateway.start({
    recording,
    dataFolder: () => root,
    log: () => {},
    signal: new AbortController().signal,
    addresses: createAddresses(),
    ports: anyPorts,
  });
  try {
    const url = `${gateway.url}/hello`;
    await httpLoad({ url, connections, seconds: 1 });
    const before = process.cpuUsage();
    const measured = await httpLoad({ url, connections, seconds });
    const { user, system } = process.cpuUsage(before);
    return { ...measured, cpuMicroseconds: Math.round((user + system) / measured.requests) };
  } finally {
    await gateway.stop();
  }
}
