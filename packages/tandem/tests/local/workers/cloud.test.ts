import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { isCloud } from "../../../local/workers/runtime/cloud.cjs";
import { archive, doing, lambda, startRun, type TestRun } from "./support.ts";

const HOST = "sns.eu-central-1.amazonaws.com";
const ATLAS = "cluster.ab12c.mongodb.net";

/** What each way of Node to reach a name ends with; the name is never asked for on the network. */
const ways = {
  lookup: `new Promise((done) => dns.lookup("${HOST}", (error) => done(error)))`,
  lookupPromise: `dns.promises.lookup("${HOST}")`,
  promisified: `require("node:util").promisify(dns.lookup)("${HOST}")`,
  resolve: `new Promise((done) => dns.resolve4("${HOST}", (error) => done(error)))`,
  service: `dns.promises.resolveSrv("_mongodb._tcp.${ATLAS}")`,
  resolver: `new Promise((done) => new dns.Resolver().resolve("${HOST}", (error) => done(error)))`,
  resolverPromise: `new dns.promises.Resolver().resolveTxt("${ATLAS}")`,
  net: `ended(require("node:net").connect(443, "${HOST}"))`,
  netOptions: `ended(require("node:net").createConnection({ host: "${HOST.toUpperCase()}.", port: 443 }))`,
  tls: `ended(require("node:tls").connect({ host: "${ATLAS}", port: 27017 }))`,
  http: `ended(require("node:http").get("http://${HOST}/"))`,
  https: `ended(require("node:https").request({ hostname: "${HOST}", method: "POST" }).end("x"))`,
  http2: `ended(require("node:http2").connect("https://${HOST}"))`,
  fetch: `fetch("https://${HOST}/").catch((error) => { throw error.cause; })`,
  metadata: `ended(require("node:net").connect({ host: "169.254.169.254", port: 80 }))`,
};

describe("an address of the cloud", () => {
  it("is one of AWS's in any partition, of Atlas, or where a machine of AWS gives out its credentials", () => {
    for (const host of [
      HOST,
      "dynamodb.cn-north-1.amazonaws.com.cn",
      "S3.DUALSTACK.eu-west-1.amazonaws.com.",
      "lambda.eu-west-1.api.aws",
      "x.lambda-url.eu-west-1.on.aws",
      "sqs.eusc-de-east-1.amazonaws.eu",
      ATLAS,
      "cloud.mongodb.com",
      "169.254.169.254",
      "[fd00:ec2::254]",
    ]) {
      assert.equal(isCloud(host), true, host);
    }
    for (const host of [
      "127.0.0.1",
      "localhost",
      "amazonaws.com.example.org",
      "notamazonaws.com",
      "www.mongodb.com",
      "example.com",
      undefined,
    ]) {
      assert.equal(isCloud(host), false, host);
    }
  });
});

describe("a function that calls the cloud", () => {
  let run: TestRun;
  const local = createServer((_request, response) => response.end("local"));
  let port: number;
  /** Code of a function that runs whichever of these bodies its event names. */
  const running = (bodies: Record<string, string>) => {
    const handlers = Object.entries(bodies).map(([name, body]) => [name, `async (event) => { ${body} }`]);
    return `const dns = require("node:dns"); const child = require("node:child_process");
      const ended = (emitter) => new Promise((done) => emitter.on("error", done).on("connect", () => done("connected")));
      const caught = (work) => Promise.resolve().then(() => work).catch((error) => error);
      ${doing(Object.fromEntries(handlers))}`;
  };
  /** Knows the name to be on this machine, so only the guard can keep it from there. */
  const knows = `const lookup = (host, options, done) => done(null, [{ address: "127.0.0.1", family: 4 }]);
    const reached = await new Promise((done) => require("node:http").get({ hostname: "${HOST}", port: event.port, lookup },
      (answer) => answer.on("data", (data) => done(String(data)))).on("error", (error) => done(error.code)));
    return reached;`;
  const calls = running({
    ...Object.fromEntries(
      Object.entries(ways).map(([name, way]) => [
        name,
        `const error = await caught(${way}); return [error?.code, error?.message, error?.retryable];`,
      ]),
    ),
    here: `return (await fetch("http://localhost:" + event.port)).text();`,
    knows,
    second: `const error = await caught(ended(require("node:net").connect(443, "${HOST}")));
      Object.assign(error, { code: "NetworkingError", retryable: true }); return [error.code, error.retryable];`,
    forks: `return child.execFileSync(process.execPath, ["-e", "fetch('https://${HOST}/').catch((error) => console.log(error.cause.code))"], { encoding: "utf8" }).trim();`,
    forksClean: `return child.spawnSync(process.execPath, ["-e", "fetch('https://${HOST}/').catch((error) => console.log(error.cause.code))"], { env: {}, encoding: "utf8" }).stdout.trim();`,
    spawns: `const started = child.spawn(process.execPath, ["-e", "require('dns').lookup('${HOST}', (error) => console.log(error.code))"]);
       return new Promise((done) => started.stdout.on("data", (data) => done(String(data).trim())));`,
    threads: `const { Worker } = require("node:worker_threads");
       const code = "require('dns').lookup('${HOST}', (error) => require('worker_threads').parentPort.postMessage(error.code))";
       return new Promise((done) => new Worker(code, { eval: true }).on("message", done));`,
  });
  const sockets = `exports.handler = () =>
    new Promise((done) => new WebSocket("wss://${HOST}/").addEventListener("error", () => done("error")));`;

  before(async () => {
    await new Promise<void>((done) => local.listen(0, "127.0.0.1", done));
    ({ port } = local.address() as AddressInfo);
    const modules = lambda("modules", "", {
      code: archive({
        "index.mjs": `import { lookup } from "node:dns"; import { resolve4 } from "node:dns/promises"; import { connect } from "node:net";
          export const handler = async () => [await new Promise((done) => lookup("${HOST}", (error) => done(error.code))),
            await resolve4("${HOST}").catch(({ code }) => code),
            await new Promise((done) => connect(443, "${HOST}").on("error", ({ code }) => done(code)))];`,
      }),
    });
    const timeout = 20;
    run = await startRun([
      lambda("calls", calls, { timeout }),
      lambda("sockets", sockets, { timeout }),
      modules,
    ]);
  });
  after(async () => {
    await run.close();
    local.close();
  });

  /** What the function answers that does this. */
  const answer = async (does: string, from = run, name = "calls"): Promise<unknown> => {
    const { payload, error } = await from.workers.invoke(name, { does, port });
    assert.ok(payload, JSON.stringify(error));
    return JSON.parse(payload);
  };

  for (const name of Object.keys(ways)) {
    it(`is refused at once, by ${name}, with the address and the way out`, async () => {
      const [code, message, retryable] = (await answer(name)) as [string, string, boolean];
      assert.deepEqual([code, retryable], ["CloudAddressRefused", false], message);
      assert.match(
        message,
        /^(sns\.eu-central-1\.amazonaws\.com|cluster\.ab12c\.mongodb\.net|SNS\.EU-CENTRAL-1\.AMAZONAWS\.COM\.|169\.254\.169\.254) is an address of the cloud: .*--allow-cloud\.$/,
      );
    });
  }

  it("is refused in an ES module that imports functions by name", async () => {
    assert.deepEqual(await answer("all", run, "modules"), Array(3).fill("CloudAddressRefused"));
  });

  it("is refused in the Node processes and threads that it starts", async () => {
    for (const name of ["forks", "forksClean", "spawns", "threads"])
      assert.equal(await answer(name), "CloudAddressRefused", name);
  });

  it("stays refused when a client writes on the error that it may try again", async () => {
    assert.deepEqual(await answer("second"), ["CloudAddressRefused", false]);
  });

  it("is refused to a WebSocket, which tells no reason", async () => {
    assert.equal(await answer("all", run, "sockets"), "error");
    assert.ok(run.reported.some((line) => line.startsWith(`sockets wanted to reach ${HOST}: `)));
  });

  it("reaches what is on this machine", async () => {
    assert.equal(await answer("here"), "local");
  });

  it("is refused by its name, whatever the client knows of where it is", async () => {
    assert.equal(await answer("knows"), "CloudAddressRefused");
  });

  it("is told to the person at the terminal, once for each address", async () => {
    for (const way of ["net", "lookup", "net"]) await answer(way);
    const line =
      "calls wanted to reach sns.eu-central-1.amazonaws.com: nothing a function sends to the cloud leaves this machine without --allow-cloud.";
    assert.deepEqual(
      run.reported.filter((line) => line.startsWith("calls wanted to reach sns.")),
      [line],
    );
  });

  it("goes out where the run was told to allow it", async () => {
    const open = await startRun([lambda("calls", running({ knows }))], { allowCloud: true });
    try {
      assert.equal(await answer("knows", open), "local");
      assert.deepEqual(open.reported, []);
    } finally {
      await open.close();
    }
  });
});
