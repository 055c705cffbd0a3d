/** The same hello on serverless-offline, installed beside this project for the measurement, with its worker threads. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Figure } from "./figures.ts";
import { httpLoad } from "./http-load.ts";
import { freePort } from "./started-run.ts";

/** osls is the maintained fork of the Serverless Framework that runs without an account. */
const packages = ["serverless-offline@14.8.2", "osls@4.3.1"];
/** A start that has not answered by then never will (ms). */
const patienceMs = 60_000;

export async function measurePeers({ seconds = 5 } = {}): Promise<Figure[]> {
  const cwd = mkdtempSync(path.join(tmpdir(), "tandem-peer-"));
  try {
    writeFileSync(path.join(cwd, "package.json"), '{ "name": "peer", "private": true }');
    writeFileSync(
      path.join(cwd, "f0.js"),
      'exports.handler = async () => ({ statusCode: 200, body: "hello 0" });',
    );
    writeFileSync(path.join(cwd, "serverless.yml"), settings);
    execFileSync("npm", ["install", "--loglevel=error", "--no-fund", "--no-audit", ...packages], {
      cwd,
      stdio: "inherit",
    });
    await (await startPeer(cwd)).stop();
    const peer = await startPeer(cwd);
    try {
      await httpLoad({ url: peer.url, connections: 16, seconds: 2 });
      const one = await httpLoad({ url: peer.url, connections: 1, seconds });
      const sixteen = await httpLoad({ url: peer.url, connections: 16, seconds });
      return [
        { what: "serverless-offline: start to the first 200", value: peer.firstAnswerMs, unit: "ms" },
        { what: "serverless-offline: hello, one connection, p50", value: one.p50Milliseconds, unit: "ms" },
        {
          what: "serverless-offline: hello, 16 connections",
          value: sixteen.requestsPerSecond,
          unit: "requests/s",
        },
      ];
    } finally {
      await peer.stop();
    }
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

const settings = `service: peer
frameworkVersion: "*"
provider:
  name: aws
  runtime: nodejs24.x
plugins:
  - serverless-offline
functions:
  f0:
    handler: f0.handler
    events:
      - httpApi: "GET /f0"
`;

async function startPeer(
  cwd: string,
): Promise<{ url: string; firstAnswerMs: number; stop(): Promise<void> }> {
  const ports = [await freePort(), await freePort(), await freePort()] as const;
  const args = ["--httpPort", ports[0], "--lambdaPort", ports[1], "--websocketPort", ports[2]].map(String);
  const started = performance.now();
  const cli = path.join(cwd, "node_modules/osls/bin/serverless.js");
  const child = spawn(process.execPath, [cli, "offline", "start", ...args], { cwd, stdio: "ignore" });
  const url = `http://127.0.0.1:${ports[0]}/f0`;
  while (
    !(await fetch(url).then(
      (response) => response.ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null || performance.now() - started > patienceMs)
      throw new Error("serverless-offline did not start");
    await sleep(5);
  }
  return {
    url,
    firstAnswerMs: performance.now() - started,
    async stop() {
      child.kill("SIGTERM");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    },
  };
}
