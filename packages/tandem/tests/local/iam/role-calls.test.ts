import assert from "node:assert/strict";
import { Guard } from "../../../local/iam/guard.ts";
import { rolesOf } from "../../../local/iam/policies.ts";
import { deliveryRefusal, roleCallRefusal } from "../../../local/iam/role-calls.ts";
import { queueArn, recording, role, roleArn } from "./recordings.ts";

const to = (service: string) => `arn:aws:${service}:eu-central-1:123456789012:x`;
const allowing = (Action: string) => recording(role("r", { Effect: "Allow", Action, Resource: "*" }));

describe("what a service does in a role's name", () => {
  it("needs the permission of the role for each kind of destination", () => {
    const actions = {
      sqs: "sqs:SendMessage",
      sns: "sns:Publish",
      lambda: "lambda:InvokeFunction",
      events: "events:PutEvents",
    };
    for (const [service, action] of Object.entries(actions)) {
      const refusal = (program: string) =>
        deliveryRefusal(new Guard(rolesOf(allowing(program))), roleArn("r"), to(service));
      assert.equal(refusal(action), undefined);
      assert.match(
        refusal("s3:*") ?? "",
        new RegExp(`is not authorized to perform: ${action}.*Add to the policy of role r`),
      );
    }
  });

  it("puts into a bucket what it may put and list, all of it", () => {
    const bucket = "arn:aws:s3:::failures";
    const refusal = (...statements: [action: string, resource: string][]) => {
      const allowed = statements.map(([Action, Resource]) => ({ Effect: "Allow", Action, Resource }));
      const guard = new Guard(rolesOf(recording(role("r", ...allowed))));
      return deliveryRefusal(guard, roleArn("r"), bucket) ?? "";
    };
    const puts: [string, string] = ["s3:PutObject", `${bucket}/*`];
    assert.equal(refusal(puts, ["s3:ListBucket", bucket]), "");
    assert.match(
      refusal(puts),
      /not authorized to perform: s3:ListBucket on resource: arn:aws:s3:::failures /,
    );
    assert.match(
      refusal(["s3:PutObject", `${bucket}/own/*`], ["s3:ListBucket", bucket]),
      /not authorized to perform: s3:PutObject on resource: arn:aws:s3:::failures\/\* /,
    );
  });

  it("is not judged with a role that the program does not declare", () => {
    const call = {
      roleArn: roleArn("x"),
      service: "pipes.amazonaws.com",
      action: "sqs:SendMessage",
      resource: queueArn("q"),
    };
    const program = allowing("*");
    assert.match(
      roleCallRefusal(program, new Guard(rolesOf(program)), call) ?? "",
      /^the program does not declare the role .*role\/x, so the local run cannot judge whether it may sqs:SendMessage on/,
    );
  });
});
