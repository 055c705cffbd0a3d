import assert from "node:assert/strict";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { credentialsOf } from "../../../local/iam/credentials.ts";
import { OtherAwsService } from "../../../local/other-services/service.ts";
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
