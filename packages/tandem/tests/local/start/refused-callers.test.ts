import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { request } from "node:http";
import path from "node:path";
import { GetObjectCommand, PutObjectCommand, S3Client, type S3ServiceException } from "@aws-sdk/client-s3";
import { operatorCredentials, secretOf } from "../../../local/iam/credentials.ts";
import type { RunStatus } from "../../../local/state-folder.ts";
import { ProjectCopy, StartedProcess } from "./support.ts";

/** Something that listens for each kind of store, and an API. */
const PROGRAM = `import * as aws from "@pulumi/aws";
new aws.dynamodb.Table("seen", {
  attributes: [{ name: "key", type: "S" }], hashKey: "key", billingMode: "PAY_PER_REQUEST",
});
new aws.apigatewayv2.Api("api", { protocolType: "HTTP" });
export const bucket = new aws.s3.Bucket("inbox").bucket;
`;

interface Asked {
  method?: string;
  headers: Record<string, string>;
  body?: string;
}

/** As a browser would send it: fetch does not let a Host or an Origin be chosen. */
function ask(
  url: string,
  { method = "POST", headers, body = "" }: Asked,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    sent.on("error", reject).end(body);
  });
}

describe("ports of a local run", () => {
  let project: ProjectCopy;
  let run: StartedProcess;
  let status: RunStatus;
  /** By name. */
  let ports: Record<string, string>;

  before(async () => {
    project = new ProjectCopy("nothing");
    project.write("index.ts", PROGRAM);
    mkdirSync(path.join(project.path, ".local"));
    chmodSync(path.join(project.path, ".local"), 0o755);
    run = new StartedProcess(project);
    const api = await run.ready();
    status = await project.status();
    const lock = JSON.parse(readFileSync(path.join(project.path, ".local/dev/run.json"), "utf8"));
    ports = { api, control: lock.control };
    for (const [name, url] of Object.entries(status.variables)) {
      if (/^http:/.test(url)) ports[name] = url;
    }
  });

  after(async () => {
    await run.end();
    project.remove();
  });

  it("are those of the API, the stores, Lambda, every other service and the run itself", () => {
    assert.deepEqual(Object.keys(ports).sort(), [
      "AWS_ENDPOINT_URL",
      "AWS_ENDPOINT_URL_DYNAMODB",
      "AWS_ENDPOINT_URL_DYNAMODB_STREAMS",
      "AWS_ENDPOINT_URL_LAMBDA",
      "AWS_ENDPOINT_URL_S3",
      "AWS_ENDPOINT_URL_SQS",
      "api",
      "control",
    ]);
  });

  it("refuse a foreign name and a page of a foreign site", async () => {
    for (const [name, url] of Object.entries(ports)) {
      const { port } = new URL(url);
      const rebound = await ask(url, { headers: { host: `evil.example:${port}` } });
      assert.deepEqual([name, rebound.status], [name, 403]);
      assert.match(rebound.body, /Host \\"evil\.example:\d+\\" is no name of this machine/);
      const page = await ask(url, {
        headers: { origin: "https://evil.example", "content-type": "text/plain" },
      });
      assert.deepEqual([name, page.status], [name, 403]);
      assert.match(page.body, /Origin \\"https:\/\/evil\.example\\" is not of this machine/);
    }
  });

  it("answer by every name of this machine, and pages of it", async () => {
    for (const [name, url] of Object.entries(ports)) {
      const { port } = new URL(url);
      for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`]) {
        const { body } = await ask(url, { headers: { host, origin: "http://localhost:5173" } });
        assert.doesNotMatch(body, /of this machine/, `${name} by ${host}`);
      }
    }
  });

  it("do nothing for a signed request that a foreign page sends", async () => {
    const { endpoint, bucket } = {
      endpoint: status.variables.AWS_ENDPOINT_URL_S3,
      bucket: status.outputs.bucket,
    };
    const client = new S3Client({
      ...(endpoint === undefined ? {} : { endpoint }),
      region: "eu-west-1",
      forcePathStyle: true,
      credentials: operatorCredentials,
    });
    const object = { Bucket: String(bucket), Key: "kept" };
    await client.send(new PutObjectCommand({ ...object, Body: "before" }));
    client.middlewareStack.add(
      (next) => (args) => {
        Object.assign((args.request as { headers: Record<string, string> }).headers, {
          origin: "https://evil.example",
        });
        return next(args);
      },
      { step: "finalizeRequest" },
    );
    await assert.rejects(
      client.send(new PutObjectCommand({ ...object, Body: "after" })),
      (error: S3ServiceException) => {
        assert.equal(error.$metadata.httpStatusCode, 403);
        return true;
      },
    );
    client.destroy();
    const own = new S3Client({
      ...(endpoint === undefined ? {} : { endpoint }),
      region: "eu-west-1",
      forcePathStyle: true,
      credentials: operatorCredentials,
    });
    assert.equal(await (await own.send(new GetObjectCommand(object))).Body?.transformToString(), "before");
    own.destroy();
  });

  it("take keys that only who can read the project's folder knows", () => {
    const folder = path.join(project.path, ".local");
    const mode = (file: string) => (statSync(file).mode & 0o777).toString(8);
    assert.equal(mode(folder), "700");
    assert.equal(mode(path.join(folder, "salt")), "600");
    const guessed = createHash("sha512")
      .update(`secret of ${operatorCredentials.accessKeyId}`)
      .digest("base64");
    assert.notEqual(secretOf(operatorCredentials.accessKeyId), guessed.slice(0, 40));
  });
});
