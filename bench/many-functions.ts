/** The local run under load and with many functions, on a generated program that nothing throttles. */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Figure, median } from "./figures.ts";
import { httpLoad } from "./http-load.ts";
import { StartedRun } from "./started-run.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

export async function measureManyFunctions({ seconds = 5 } = {}): Promise<Figure[]> {
  return [...(await measureTen(seconds)), ...(await measureHundred())];
}

async function measureTen(seconds: number): Promise<Figure[]> {
  return withProgram(10, async (run) => {
    await sleep(1_000);
    const idle = run.memory;
    const url = `${run.url}/f0`;
    await httpLoad({ url, connections: 16, seconds: 2 });
    const one = await httpLoad({ url, connections: 1, seconds });
    const sixteen = await httpLoad({ url, connections: 16, seconds });
    return [
      { what: "idle run with 10 functions", value: idle, unit: "MB", limit: 250 },
      { what: "hello, one connection, p50", value: one.p50Milliseconds, unit: "ms", limit: 0.6 },
      { what: "hello, 16 connections", value: sixteen.requestsPerSecond, unit: "requests/s", limit: 10_000 },
      { what: "hello, 16 connections, p99", value: sixteen.p99Milliseconds, unit: "ms" },
      { what: "hello, answers other than 200", value: one.errors + sixteen.errors, unit: "errors", limit: 0 },
    ];
  });
}

async function measureHundred(): Promise<Figure[]> {
  return withProgram(100, async (run) => {
    const calls: number[] = [];
    for (let i = 1; i < 100; i++) {
      const started = performance.now();
      await (await fetch(`${run.url}/f${i}`)).arrayBuffer();
      calls.push(performance.now() - started);
    }
    return [
      {
        what: "a program of 100 functions to its first answer",
        value: run.firstAnswerMs,
        unit: "ms",
        limit: 2_500,
      },
      { what: "first call of a further function, median", value: median(calls), unit: "ms", limit: 30 },
      { what: "after a call of each of 100 functions", value: run.memory, unit: "MB", limit: 600 },
    ];
  });
}

async function withProgram(
  count: number,
  measure: (run: StartedRun) => Promise<Figure[]>,
): Promise<Figure[]> {
  const cwd = generate(count);
  try {
    // The first start compiles and caches; a person starts more than once.
    await (await StartedRun.start({ cwd, path: "/f0" })).stop();
    const run = await StartedRun.start({ cwd, path: "/f0" });
    try {
      return await measure(run);
    } finally {
      await run.stop();
    }
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

/** `GET /f0` … behind one HTTP API, a function each, code in the program itself. */
function generate(count: number): string {
  const cwd = mkdtempSync(path.join(tmpdir(), "tandem-many-"));
  writeFileSync(path.join(cwd, "Pulumi.yaml"), "name: many\nruntime: nodejs\n");
  writeFileSync(path.join(cwd, "Pulumi.dev.yaml"), "config:\n  aws:region: eu-central-1\n");
  writeFileSync(path.join(cwd, "package.json"), '{ "type": "module" }');
  writeFileSync(path.join(cwd, "index.ts"), program(count));
  symlinkSync(path.join(root, "node_modules"), path.join(cwd, "node_modules"));
  return cwd;
}

function program(count: number): string {
  return `import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
const api = new aws.apigatewayv2.Api("api", { protocolType: "HTTP" });
new aws.apigatewayv2.Stage("stage", { apiId: api.id, name: "$default", autoDeploy: true });
const role = new aws.iam.Role("role", { assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [] }) });
for (let i = 0; i < ${count}; i += 1) {
  const name = \`f\${i}\`;
  const fn = new aws.lambda.Function(name, {
    runtime: "nodejs24.x",
    handler: "index.handler",
    role: role.arn,
    code: new pulumi.asset.AssetArchive({
      "index.js": new pulumi.asset.StringAsset(\`exports.handler = async () => ({ statusCode: 200, body: "hello \${i}" });\`),
    }),
  });
  const integration = new aws.apigatewayv2.Integration(name, {
    apiId: api.id, integrationType: "AWS_PROXY", integrationUri: fn.arn, payloadFormatVersion: "2.0",
  });
  new aws.apigatewayv2.Route(name, {
    apiId: api.id, routeKey: \`GET /\${name}\`, target: pulumi.interpolate\`integrations/\${integration.id}\`,
  });
  new aws.lambda.Permission(name, {
    action: "lambda:InvokeFunction", function: fn.name, principal: "apigateway.amazonaws.com",
    sourceArn: pulumi.interpolate\`\${api.executionArn}/*/*\`,
  });
}
`;
}
