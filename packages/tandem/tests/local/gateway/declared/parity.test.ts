import assert from "node:assert/strict";
import { gatewayParity } from "../../../../local/gateway/declared/parity.ts";
import type { RecordedResource, Values } from "../../../../program/recording.ts";
import { functionArn, httpProgram, recordingOf, resource, restProgram } from "../programs.ts";

const program = httpProgram({ routes: { "GET /a": "f" } });

function stateOf(type: string, inputs: Values = {}, more: RecordedResource[] = []): string {
  const declared = resource(type, "x", inputs);
  const parity = gatewayParity(declared, recordingOf([...program.resources, declared, ...more]));
  return parity ? `${parity.state}: ${parity.reason}` : "not of the family";
}

const INTEGRATION = "aws:apigatewayv2/integration:Integration";
const CALLERS_OWN = "arn:aws:iam::*:user/*";
const proxy = { integrationType: "AWS_PROXY", integrationUri: functionArn("f") };

describe("gatewayParity", () => {
  it("realises every resource of a plain program", () => {
    for (const recording of [program, restProgram({ methods: { "GET /a/{id}": "f" } })]) {
      const family = recording.resources.filter(({ type }) => type.startsWith("aws:apigateway"));
      const others = family.filter((one) => gatewayParity(one, recording)?.state !== "realised");
      assert.deepEqual(
        others.map(({ type }) => type).filter((type) => !type.endsWith(":Deployment")),
        [],
      );
    }
  });

  it("reads the functions of a program once, however many integrations ask for them", () => {
    const readsWith = (count: number) => {
      const more = Array.from({ length: count }, (_, n) => resource(INTEGRATION, `of${n}`, proxy));
      let reads = 0;
      const counted = [...program.resources, ...more].map((one) => {
        if (one.type !== "aws:lambda/function:Function") return one;
        const { outputs } = one;
        return Object.defineProperty({ ...one }, "outputs", {
          get: () => {
            reads++;
            return outputs;
          },
        });
      });
      const recording = recordingOf(counted);
      const integrations = counted.filter(({ type }) => type === INTEGRATION);
      for (const one of integrations) assert.equal(gatewayParity(one, recording)?.state, "realised");
      return reads;
    };
    assert.equal(readsWith(20), readsWith(2));
  });

  it("leaves other families to others", () => {
    assert.equal(stateOf("aws:lambda/function:Function"), "not of the family");
  });

  it("names what answers 501, and why", () => {
    const cases: [string, Values, RegExp][] = [
      ["aws:apigatewayv2/vpcLink:VpcLink", {}, /501/],
      [INTEGRATION, { integrationType: "HTTP_PROXY" }, /its URI is no address/],
      [INTEGRATION, { ...proxy, connectionType: "VPC_LINK" }, /VPC link/],
      [INTEGRATION, { ...proxy, requestParameters: { "append:header.x-a": "1" } }, /changes parameters of a/],
      [INTEGRATION, { ...proxy, responseParameters: [{ statusCode: "200", mappings: {} }] }, /changes param/],
      [
        INTEGRATION,
        { ...proxy, integrationSubtype: "Kinesis-PutRecord" },
        /\(Kinesis-PutRecord\) do not run/,
      ],
      [INTEGRATION, { ...proxy, integrationSubtype: "SQS-SendMessage" }, /no credentialsArn/],
      [
        INTEGRATION,
        { ...proxy, integrationSubtype: "SQS-SendMessage", credentialsArn: "r" },
        /no QueueUrl among its requestParameters/,
      ],
      [
        INTEGRATION,
        { ...proxy, integrationUri: functionArn("far") },
        /function far is not part of this program/,
      ],
      [INTEGRATION, { ...proxy, credentialsArn: CALLERS_OWN }, /caller's credentials/],
      [
        "aws:apigateway/integration:Integration",
        { type: "AWS_PROXY", uri: functionArn("f"), credentials: CALLERS_OWN },
        /caller's credentials/,
      ],
      [
        "aws:apigateway/integration:Integration",
        {
          type: "HTTP_PROXY",
          uri: "https://orders.example.com",
          requestParameters: { "integration.request.body.a": "method.request.header.b" },
        },
        /maps method\.request\.header\.b to integration\.request\.body\.a,/,
      ],
      ["aws:apigateway/integration:Integration", { type: "HTTP" }, /its URI is no address/],
      [
        "aws:apigateway/integration:Integration",
        { type: "AWS", uri: "arn:aws:apigateway:eu-west-1:firehose:action/PutRecord" },
        /integrations with firehose/,
      ],
      ["aws:apigateway/method:Method", { authorization: "COGNITO_USER_POOLS" }, /no authorizer/],
      [
        "aws:apigateway/authorizer:Authorizer",
        { type: "COGNITO_USER_POOLS", providerArns: ["arn:aws:cognito-idp:eu-west-1:1:userpool/far"] },
        /user pool that is not part of this program/,
      ],
      ["aws:cognito/userPool:UserPool", { lambdaConfig: { preSignUp: "f" } }, /nobody signs in here/],
    ];
    for (const [type, inputs, reason] of cases) {
      assert.match(stateOf(type, inputs), /^unsupported: /, `${type} ${JSON.stringify(inputs)}`);
      assert.match(stateOf(type, inputs), reason);
    }
  });

  it("realises what runs, authorizers among it", () => {
    assert.match(stateOf(INTEGRATION, proxy), /^realised/);
    assert.match(
      stateOf("aws:apigatewayv2/authorizer:Authorizer", { authorizerType: "JWT" }),
      /^realised: .*npm run token/,
    );
    assert.match(
      stateOf("aws:apigatewayv2/authorizer:Authorizer", { authorizerType: "REQUEST" }),
      /^realised/,
    );
    assert.match(stateOf("aws:apigateway/authorizer:Authorizer", { type: "TOKEN" }), /^realised/);
    assert.match(stateOf("aws:cognito/userPool:UserPool", {}), /^realised: .*npm run token/);
  });

  it("realises what mappings and templates can be worked out for", () => {
    const method = { resourceId: "r", httpMethod: "OPTIONS" };
    const mock = { ...method, type: "MOCK", requestTemplates: { "application/json": '{"statusCode": 200}' } };
    const response = (inputs: Values) =>
      resource("aws:apigateway/integrationResponse:IntegrationResponse", "r", {
        ...method,
        statusCode: "200",
        ...inputs,
      });
    const type = "aws:apigateway/integration:Integration";
    assert.match(stateOf(type, mock, [response({})]), /^realised/);
    const variable = { responseParameters: { "method.response.header.X": "integration.response.header.Y" } };
    assert.match(stateOf(type, mock, [response(variable)]), /^realised/);
    const unknown = { responseParameters: { "method.response.body": "'x'" } };
    assert.match(stateOf(type, mock, [response(unknown)]), /^unsupported: .*method\.response\.body/);
  });

  it("realises permissions of APIs, and says that it asks for no others", () => {
    const type = "aws:lambda/permission:Permission";
    assert.match(stateOf(type, { principal: "apigateway.amazonaws.com" }), /^realised/);
    assert.match(stateOf(type, { principal: "s3.amazonaws.com" }), /^recorded only/);
  });

  it("realises API keys and usage plans", () => {
    for (const kind of ["apiKey:ApiKey", "usagePlan:UsagePlan", "usagePlanKey:UsagePlanKey"])
      assert.match(stateOf(`aws:apigateway/${kind}`), /^realised/);
    assert.match(stateOf("aws:apigateway/method:Method", { apiKeyRequired: true }), /^realised/);
  });

  it("realises validators, models and gateway responses", () => {
    const validator = "aws:apigateway/requestValidator:RequestValidator";
    assert.match(stateOf(validator, { validateRequestBody: true }), /^realised/);
    assert.match(stateOf("aws:apigateway/model:Model"), /^realised/);
    assert.match(stateOf("aws:apigateway/response:Response"), /^realised/);
  });

  it("says of domain names and deployments that they are recorded only", () => {
    for (const type of [
      "aws:apigatewayv2/domainName:DomainName",
      "aws:apigatewayv2/apiMapping:ApiMapping",
      "aws:apigateway/deployment:Deployment",
    ]) {
      assert.match(stateOf(type), /^recorded only/);
    }
  });
});
