import assert from "node:assert/strict";
import {
  invocationRefusal,
  LambdaPermission,
  readGrants,
  refusalOf,
} from "../../../local/iam/invocation-permission.ts";
import type { RecordedResource, Values } from "../../../program/recording.ts";
import {
  EXECUTION_ARN,
  FakeInvoker,
  functionArn,
  handlerOf,
  httpProgram,
  permission,
  recordingOf,
  requestOf,
} from "../gateway/programs.ts";
import { role, trusting } from "./recordings.ts";

const sourceArn = `${EXECUTION_ARN}/$default/GET/barns/{id}`;

function refusal(
  called: { name: string; qualifier?: string },
  ...permissions: ReturnType<typeof permission>[]
) {
  return refusalOf(readGrants(recordingOf(permissions)), called)(sourceArn);
}

describe("refusalOf", () => {
  it("allows what a permission of the function covers", () => {
    assert.equal(refusal({ name: "read" }, permission("read")), undefined);
    assert.equal(refusal({ name: "read" }, permission("read", sourceArn)), undefined);
    assert.equal(refusal({ name: "read" }, permission("read", `${EXECUTION_ARN}/*/GET/barns/*`)), undefined);
  });

  it("takes a function named by ARN", () => {
    assert.equal(
      refusal({ name: "read" }, permission("p", undefined, { function: functionArn("read") })),
      undefined,
    );
  });

  it("says which permission to declare when there is none", () => {
    const reason = refusal({ name: "read" }, permission("other"));
    assert.equal(
      reason,
      `no aws:lambda/permission:Permission lets apigateway.amazonaws.com invoke read: declare one with sourceArn ${sourceArn}`,
    );
  });

  it("says which source ARN does not cover the route", () => {
    const reason = refusal({ name: "read" }, permission("read", `${EXECUTION_ARN}/*/POST/*`));
    assert.match(reason ?? "", /do not cover .*GET\/barns\/\{id\}: their sourceArn is .*POST/);
  });

  it("is not moved by another principal, action or API", () => {
    const others: Values[] = [{ principal: "events.amazonaws.com" }, { action: "lambda:GetFunction" }];
    for (const inputs of others) {
      assert.notEqual(refusal({ name: "read" }, permission("read", undefined, inputs)), undefined);
    }
    assert.notEqual(refusal({ name: "read" }, permission("read", `${EXECUTION_ARN}x/*/*`)), undefined);
  });

  it("takes actions in any case, and all actions at once", () => {
    for (const action of ["lambda:invokeFunction", "lambda:*", "*"]) {
      assert.equal(refusal({ name: "read" }, permission("read", undefined, { action })), undefined, action);
    }
  });

  it("wants the permission of the very alias that is called", () => {
    const live = permission("read", undefined, { qualifier: "live" });
    assert.equal(refusal({ name: "read", qualifier: "live" }, live), undefined);
    assert.notEqual(refusal({ name: "read" }, live), undefined);
    assert.match(refusal({ name: "read", qualifier: "live" }, permission("read")) ?? "", /invoke read:live/);
  });
});

describe("invocationRefusal", () => {
  it("takes the permissions of the calling service that allow to invoke, and no others", () => {
    const bucket = "arn:aws:s3:::barns";
    const refusal = (inputs: Values) =>
      invocationRefusal(recordingOf([permission("read", bucket, inputs)]), {
        functionName: functionArn("read"),
        principal: "s3.amazonaws.com",
        sourceArn: bucket,
      });
    const principal = "s3.amazonaws.com";
    for (const action of ["lambda:InvokeFunction", "lambda:*"])
      assert.equal(refusal({ principal, action }), undefined, action);
    assert.match(
      refusal({ principal, action: "lambda:GetFunction" }) ?? "",
      /^s3\.amazonaws\.com may not call read: declare an aws:lambda\/permission:Permission/,
    );
    assert.notEqual(refusal({}), undefined);
  });
});

describe("LambdaPermission", () => {
  it("judges each method of a route for itself, and only once", () => {
    const asked: string[] = [];
    const judge = (arn: string) => {
      asked.push(arn);
      return arn.startsWith("GET") ? undefined : `not ${arn}`;
    };
    const permission = new LambdaPermission(judge, (method) => `${method} /`);
    const answers = ["GET", "POST", "GET", "POST"].map((method) => permission.refused(method));
    assert.deepEqual(answers, [undefined, "not POST /", undefined, "not POST /"]);
    assert.deepEqual(asked, ["GET /", "POST /"]);
  });
});

describe("an API that calls with a role of its own", () => {
  const arn = "arn:aws:iam::123456789012:role/caller";
  const caller = (Service: string, Action: string, Resource: string) =>
    trusting(Service, role("caller", { Effect: "Allow", Action, Resource }));
  const answer = async (role: RecordedResource[], credentialsArn = arn) => {
    const integration = { credentialsArn };
    const program = httpProgram({ routes: { "GET /a": "f" }, integration, sourceArn: false, more: role });
    const { answer, reason = "" } = await handlerOf(program, new FakeInvoker(() => "x")).handle(
      requestOf("GET /a"),
    );
    return `${answer.status} ${reason}`;
  };
  const gateway = "apigateway.amazonaws.com";

  it("is judged by that role: it must be trusted by it, and the role must be allowed to call the function", async () => {
    const invoke = "lambda:InvokeFunction";
    assert.equal(await answer([caller(gateway, invoke, functionArn("f"))]), "200 ");
    assert.match(
      await answer([caller("lambda.amazonaws.com", invoke, "*")]),
      /^500 its role caller cannot be assumed by apigateway\.amazonaws\.com: add/,
    );
    assert.match(
      await answer([caller(gateway, invoke, functionArn("g"))]),
      /^500 .*role\/caller.* is not authorized to perform: lambda:InvokeFunction on resource: .*function:f/,
    );
  });

  it("is not judged, and so refused, with a role of somebody else or the caller's own", async () => {
    assert.match(
      await answer([]),
      /^500 the program does not declare the role .*caller, so the local run cannot judge/,
    );
    assert.match(await answer([], "arn:aws:iam::*:user/*"), /^501 .*caller's credentials/);
  });
});
