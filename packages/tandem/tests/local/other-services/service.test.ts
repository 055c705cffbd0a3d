import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type IncomingHttpHeaders } from "node:http2";
import { json } from "node:stream/consumers";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { credentialsOf } from "../../../local/iam/credentials.ts";
import { OtherAwsService } from "../../../local/other-services/service.ts";
import { signerOf } from "../../../local/signer.ts";
import { lambda, REGION, recording, role, roleArn, testContext } from "../iam/recordings.ts";
import { serviceRun } from "../support/service-run.ts";

describe("services that are not there", () => {
  const run = serviceRun();

  beforeEach(async () => {
    const iam = await run.begin(testContext(recording(role("r"), lambda("hello", "r"))));
    await run.start(new OtherAwsService(iam));
  });

  const settings = () => ({
    endpoint: run.context.addresses.variables().AWS_ENDPOINT_URL,
    region: REGION,
    credentials: credentialsOf(roleArn("r")),
  });

  it("are refused at once, without a retry, by name", async () => {
    const client = new DynamoDBClient(settings());
    await assert.rejects(client.send(new ListTablesCommand({})), {
      name: "NotImplemented",
      message: "ListTables: dynamodb is not there in the local run",
      $metadata: {
        httpStatusCode: 501,
        attempts: 1,
        totalRetryDelay: 0,
        requestId: undefined,
        extendedRequestId: undefined,
        cfId: undefined,
      },
    });
    client.destroy();
  });

  it("are said once to the person at the terminal, with the function that asked", async () => {
    const client = new SQSClient(settings());
    await assert.rejects(client.send(new ListQueuesCommand({})));
    await assert.rejects(client.send(new ListQueuesCommand({})));
    assert.deepEqual(run.context.lines, ["hello asked for sqs, which is not there in the local run."]);
    client.destroy();
  });

  it("answer older protocols in XML", async () => {
    const response = await fetch(settings().endpoint ?? "", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "Action=Publish",
    });
    assert.equal(response.status, 501);
    assert.match(
      await response.text(),
      /<ErrorResponse><Error><Code>NotImplemented<\/Code><Message>Publish: this service is not there/,
    );
  });

  /** As a client of the service signs it. */
  const signed = (service: string, target: string) => {
    const { endpoint = "", region, credentials } = settings();
    const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": target };
    return signerOf({ service, region, credentials })({ endpoint: new URL(endpoint), headers, body: "{}" });
  };

  it("are refused by name to clients of HTTP/2, as those of Kinesis are", async () => {
    const session = connect(settings().endpoint ?? "");
    const { host: _host, ...headers } = await signed("kinesis", "Kinesis_20131202.PutRecord");
    const stream = session.request({ ":method": "POST", ":path": "/", ...headers });
    stream.end("{}");
    const [answered] = (await once(stream, "response")) as [IncomingHttpHeaders];
    assert.equal(answered[":status"], 501);
    const { __type, message } = (await json(stream)) as { __type: string; message: string };
    assert.deepEqual(
      [__type, message],
      ["NotImplemented", "PutRecord: kinesis is not there in the local run"],
    );
    assert.deepEqual(run.context.lines, ["hello asked for kinesis, which is not there in the local run."]);
    // A page's own name for this machine is none of its names in either version.
    const foreign = session.request({ ":method": "POST", ":path": "/", ":authority": "evil.example" });
    foreign.end();
    foreign.resume();
    const [refused] = (await once(foreign, "response")) as [IncomingHttpHeaders];
    assert.equal(refused[":status"], 403);
    session.close();
    await once(session, "close");
  });

  it("are refused by name to who asks Step Functions", async () => {
    const headers = await signed("states", "AWSStepFunctions.StartExecution");
    const response = await fetch(settings().endpoint ?? "", { method: "POST", headers, body: "{}" });
    const { message } = (await response.json()) as { message: string };
    assert.deepEqual(
      [response.status, message],
      [501, "StartExecution: states is not there in the local run"],
    );
  });

  it("answer version 2 of the SDK with a status after which it does not try again", async () => {
    const response = await fetch(settings().endpoint ?? "", {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": "secretsmanager.GetSecretValue",
        "user-agent": "aws-sdk-nodejs/2.1692.0 linux/v22.0.0 promise",
      },
      body: "{}",
    });
    const { __type, message } = (await response.json()) as { __type: string; message: string };
    assert.deepEqual(
      [response.status, __type, message],
      [400, "NotImplemented", "GetSecretValue: this service is not there in the local run"],
    );
  });
});
