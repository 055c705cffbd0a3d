import assert from "node:assert/strict";
import { DynamoTable } from "../dynamo-table.ts";
import { LambdaFunction } from "../lambda-function.ts";
import type { Link } from "../link.ts";
import { declare, statements } from "./support/declare.ts";

const LAMBDA = "aws:lambda/function:Function";
const ENTRY = "packages/components/tests/fixtures/hello.ts";
const ARN = "arn:aws:lambda:eu-central-1:123456789012:function:tandem-dev-hello";

/** Leads into a network. */
const inside: Link = {
  name: "store.read",
  variables: { STORE_URL: "store://inside" },
  permissions: [],
  placement: { subnetIds: ["subnet-1", "subnet-2"], securityGroupIds: ["sg-1"] },
};

describe("LambdaFunction", () => {
  it("declares a function, its role, its log group and an alias, and nothing else", async () => {
    const declared = await declare(() => void new LambdaFunction("hello", { entry: ENTRY }));
    assert.deepEqual(declared.counts(), {
      "tandem:aws:LambdaFunction": 1,
      "tandem:aws:FunctionRole": 1,
      "aws:cloudwatch/logGroup:LogGroup": 1,
      "aws:iam/role:Role": 1,
      "aws:iam/rolePolicy:RolePolicy": 1,
      [LAMBDA]: 1,
      "aws:lambda/alias:Alias": 1,
    });
  });

  it("runs Node 24 on arm64 with memory, timeout, tracing and structured logs of its own", async () => {
    const declared = await declare(() => void new LambdaFunction("hello", { entry: ENTRY }));
    const { code, ...inputs } = declared.inputs(LAMBDA);
    assert.deepEqual(inputs, {
      name: "tandem-dev-hello",
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "index.handler",
      role: "arn:aws:iam::123456789012:role/tandem-dev-hello",
      memorySize: 512,
      timeout: 10,
      publish: true,
      environment: {
        variables: {
          POWERTOOLS_SERVICE_NAME: "tandem",
          POWERTOOLS_METRICS_NAMESPACE: "tandem",
          POWERTOOLS_LOG_LEVEL: "INFO",
        },
      },
      tracingConfig: { mode: "Active" },
      loggingConfig: {
        logFormat: "JSON",
        logGroup: "/aws/lambda/tandem-dev-hello",
        applicationLogLevel: "INFO",
        systemLogLevel: "INFO",
      },
    });
    assert.deepEqual(code, {
      $: "archive",
      assets: { "index.js": { $: "asset", text: "// packages/components/tests/fixtures/hello.ts\n" } },
    });
  });

  it("takes memory, timeout, log level and reserved concurrency", async () => {
    const declared = await declare(
      () =>
        void new LambdaFunction("hello", {
          entry: ENTRY,
          memorySize: 1024,
          timeout: 30,
          logLevel: "DEBUG",
          reservedConcurrency: 7,
        }),
    );
    const inputs = declared.inputs(LAMBDA);
    assert.equal(inputs.memorySize, 1024);
    assert.equal(inputs.timeout, 30);
    assert.equal(inputs.reservedConcurrentExecutions, 7);
    assert.partialDeepStrictEqual(inputs, {
      environment: { variables: { POWERTOOLS_LOG_LEVEL: "DEBUG" } },
      loggingConfig: { applicationLogLevel: "DEBUG" },
    });
  });

  it("keeps its log for as long as it is told, two weeks otherwise", async () => {
    const declared = await declare(() => {
      new LambdaFunction("short", { entry: ENTRY });
      new LambdaFunction("long", { entry: ENTRY, logRetentionDays: 365 });
    });
    const type = "aws:cloudwatch/logGroup:LogGroup";
    assert.deepEqual(declared.inputs(type, "short-logs"), {
      name: "/aws/lambda/tandem-dev-short",
      retentionInDays: 14,
    });
    assert.equal(declared.inputs(type, "long-logs").retentionInDays, 365);
  });

  it("has a role for Lambda alone that may write to its own log, send traces, and no more", async () => {
    const declared = await declare(() => void new LambdaFunction("hello", { entry: ENTRY }));
    assert.deepEqual(statements(declared.inputs("aws:iam/role:Role").assumeRolePolicy), [
      { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
    ]);
    assert.deepEqual(statements(declared.inputs("aws:iam/rolePolicy:RolePolicy").policy), [
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/tandem-dev-hello:*",
      },
      { Effect: "Allow", Action: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], Resource: "*" },
    ]);
  });

  it("has no managed policy", async () => {
    const declared = await declare(() => void new LambdaFunction("hello", { entry: ENTRY }));
    assert.deepEqual(declared.names("aws:iam/rolePolicyAttachment:RolePolicyAttachment"), []);
    assert.equal(declared.inputs("aws:iam/role:Role").managedPolicyArns, undefined);
  });

  it("gets variables and permissions of each link together", async () => {
    const declared = await declare(() => {
      const visits = new DynamoTable("visits", { partitionKey: { name: "year", type: "N" } });
      new LambdaFunction("hello", { entry: ENTRY, links: [visits.write] });
    });
    assert.partialDeepStrictEqual(declared.inputs(LAMBDA), {
      environment: { variables: { VISITS_TABLE: "tandem-dev-visits" } },
    });
    const [, , ...linked] = statements(declared.inputs("aws:iam/rolePolicy:RolePolicy").policy);
    assert.deepEqual(linked, [
      {
        Effect: "Allow",
        Action: ["dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
        Resource: ["arn:aws:dynamodb:eu-central-1:123456789012:table/tandem-dev-visits"],
      },
    ]);
  });

  it("is created only after its permissions", async () => {
    const declared = await declare(() => void new LambdaFunction("hello", { entry: ENTRY }));
    const policy = declared.one("aws:iam/rolePolicy:RolePolicy");
    assert.ok(declared.one(LAMBDA).dependencies.includes(policy.urn));
  });

  it("is invoked by an alias of its published version", async () => {
    const declared = await declare(() => {
      const { aliasArn, aliasName, invokeArn } = new LambdaFunction("hello", { entry: ENTRY });
      return { aliasArn, aliasName, invokeArn };
    });
    assert.deepEqual(declared.inputs("aws:lambda/alias:Alias"), {
      name: "live",
      functionName: "tandem-dev-hello",
      functionVersion: "1",
    });
    assert.equal(declared.recording.outputs.aliasArn, `${ARN}:live`);
    assert.match(String(declared.recording.outputs.invokeArn), new RegExp(`${ARN}:live/invocations$`));
  });

  it("keeps workers warm behind the alias where it is told to", async () => {
    const declared = await declare(
      () => void new LambdaFunction("hello", { entry: ENTRY, provisionedConcurrency: 2 }),
    );
    assert.deepEqual(
      declared.inputs("aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig"),
      {
        functionName: "tandem-dev-hello",
        qualifier: "live",
        provisionedConcurrentExecutions: 2,
      },
    );
  });

  it("keeps none warm otherwise", async () => {
    const declared = await declare(
      () => void new LambdaFunction("hello", { entry: ENTRY, provisionedConcurrency: 0 }),
    );
    assert.deepEqual(
      declared.names("aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig"),
      [],
    );
  });

  it("lives in the network of its link, whose interfaces Lambda may make and its code may not", async () => {
    const declared = await declare(() => void new LambdaFunction("hello", { entry: ENTRY, links: [inside] }));
    assert.deepEqual(declared.inputs(LAMBDA).vpcConfig, {
      subnetIds: ["subnet-1", "subnet-2"],
      securityGroupIds: ["sg-1"],
    });
    const actions = [
      "ec2:AssignPrivateIpAddresses",
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:UnassignPrivateIpAddresses",
    ];
    const type = "aws:iam/rolePolicy:RolePolicy";
    assert.deepEqual(statements(declared.inputs(type, "hello-policy").policy)[2], {
      Effect: "Allow",
      Action: actions,
      Resource: "*",
    });
    assert.deepEqual(statements(declared.inputs(type, "hello-network-guard").policy), [
      {
        Effect: "Deny",
        Action: actions,
        Resource: "*",
        Condition: { ArnEquals: { "lambda:SourceFunctionArn": ARN } },
      },
    ]);
  });

  it("tells each cluster once whose role it is, with all that the links allow there", async () => {
    const seen: unknown[] = [];
    const cluster = { admit: (target: unknown, roles: unknown) => void seen.push(target, roles) };
    const link = (databaseName: string): Link => ({
      name: databaseName,
      variables: { REGIONAL: "yes" },
      permissions: [],
      admission: { cluster, role: { roleName: "read", databaseName } },
    });
    const declared = await declare(() => {
      const { roleArn, roleName } = new LambdaFunction("hello", {
        entry: ENTRY,
        links: [link("orders"), link("customers")],
        reservedConcurrency: 3,
      });
      return { roleArn, roleName };
    });
    assert.equal(seen.length, 2);
    assert.partialDeepStrictEqual(seen[0], { name: "hello", reservedConcurrency: 3 });
    assert.deepEqual(seen[1], [
      { roleName: "read", databaseName: "orders" },
      { roleName: "read", databaseName: "customers" },
    ]);
    assert.deepEqual(declared.recording.outputs, {
      roleArn: "arn:aws:iam::123456789012:role/tandem-dev-hello",
      roleName: "tandem-dev-hello",
    });
  });

  it("refuses a handler file that does not exist, naming function and file", async () => {
    await assert.rejects(
      declare(() => void new LambdaFunction("hello", { entry: "functions/helo.ts" })),
      { message: 'Function "hello": handler file functions/helo.ts does not exist' },
    );
  });

  it("refuses two links that give one variable", async () => {
    await assert.rejects(
      declare(() => {
        const visits = new DynamoTable("visits", { partitionKey: { name: "year", type: "N" } });
        new LambdaFunction("hello", { entry: ENTRY, links: [visits.read, visits.write] });
      }),
      {
        message:
          'Function "hello": links visits.read and visits.write both give VISITS_TABLE; keep one of them',
      },
    );
  });

  it("refuses links into two networks", async () => {
    const elsewhere: Link = {
      ...inside,
      name: "other.read",
      variables: {},
      placement: { subnetIds: ["subnet-9"], securityGroupIds: ["sg-9"] },
    };
    await assert.rejects(
      declare(() => void new LambdaFunction("hello", { entry: ENTRY, links: [inside, elsewhere] })),
      /"hello": links store\.read and other\.read lead into different networks/,
    );
  });
});
