import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { credentialsOf, operatorCredentials } from "../../../local/iam/credentials.ts";
import { Guard } from "../../../local/iam/guard.ts";
import {
  type ManagedPolicies,
  managedPoliciesFile,
  managedPolicy,
} from "../../../local/iam/managed-policies.ts";
import { rolesOf } from "../../../local/iam/policies.ts";
import { isUnknown } from "../../../local/iam/statements.ts";
import type { RecordedResource, Value } from "../../../program/recording.ts";
import {
  bucket,
  lambda,
  queue,
  queueArn,
  queueUrl,
  recording,
  resource,
  role,
  roleArn,
} from "./recordings.ts";

const statement = (Action: string, Effect = "Allow") => ({ Effect, Action, Resource: "*" });
/** As it stands in a policy. */
const variable = (name: string) => `\${${name}}`;
const document = (...statements: object[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

function bareRole(name: string, inputs: Record<string, Value> = {}): RecordedResource {
  return resource("aws:iam/role:Role", name, { name, ...inputs }, { arn: roleArn(name) });
}

function policy(name: string, ...statements: object[]): RecordedResource {
  const arn = `arn:aws:iam::123456789012:policy/${name}`;
  return {
    ...resource("aws:iam/policy:Policy", name, { policy: document(...statements) }, { arn }),
    id: arn,
  };
}

/** Which of these actions the role may do. */
function allowedOf(program: RecordedResource[], ...actions: string[]): string[] {
  const guard = new Guard(rolesOf(recording(...program)));
  return actions.filter(
    (action) => !guard.refusalForRole(roleArn("r"), { action, resource: "*", context: {} }),
  );
}

describe("policies of a role", () => {
  it("come from inside the role", () => {
    assert.deepEqual(
      allowedOf([role("r", statement("sqs:SendMessage"))], "sqs:SendMessage", "sqs:ReceiveMessage"),
      ["sqs:SendMessage"],
    );
  });

  it("come from a policy resource that names the role by name, by id or by ARN", () => {
    for (const named of ["r", roleArn("r")]) {
      const separate = resource("aws:iam/rolePolicy:RolePolicy", "p", {
        role: named,
        policy: document(statement("s3:*")),
      });
      assert.deepEqual(allowedOf([bareRole("r"), separate], "s3:GetObject"), ["s3:GetObject"]);
      assert.deepEqual(
        allowedOf(
          [bareRole("r"), bareRole("other"), { ...separate, inputs: { ...separate.inputs, role: "other" } }],
          "s3:GetObject",
        ),
        [],
      );
    }
  });

  it("come from a document that is an object, or a secret", () => {
    const plain = { Version: "2012-10-17", Statement: [statement("s3:*")] } as unknown as Value;
    const separate = (value: Value) =>
      resource("aws:iam/rolePolicy:RolePolicy", "p", { role: "r", policy: value });
    assert.deepEqual(allowedOf([bareRole("r"), separate(plain)], "s3:GetObject"), ["s3:GetObject"]);
    const secret: Value = { $: "secret", value: document(statement("s3:*")) };
    assert.deepEqual(allowedOf([bareRole("r"), separate(secret)], "s3:GetObject"), ["s3:GetObject"]);
  });

  it("come from attached policies, one by one, several at once, or listed in the role", () => {
    const own = policy("p", statement("s3:*"));
    const policyArn = own.id ?? "";
    const one = resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "a", { role: "r", policyArn });
    const many = resource("aws:iam/policyAttachment:PolicyAttachment", "a", { roles: ["x", "r"], policyArn });
    assert.deepEqual(allowedOf([bareRole("r"), own, one], "s3:GetObject"), ["s3:GetObject"]);
    const all = resource("aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive", "a", {
      roleName: "r",
      policyArns: [policyArn],
    });
    assert.deepEqual(allowedOf([bareRole("r"), own, many], "s3:GetObject"), ["s3:GetObject"]);
    assert.deepEqual(allowedOf([bareRole("r"), own, all], "s3:GetObject"), ["s3:GetObject"]);
    assert.deepEqual(allowedOf([bareRole("r", { managedPolicyArns: [policyArn] }), own], "s3:GetObject"), [
      "s3:GetObject",
    ]);
    assert.deepEqual(allowedOf([bareRole("r"), own], "s3:GetObject"), []);
  });

  it("come from AWS's own policies, as far as they are known", () => {
    const basic = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
    const full = "arn:aws:iam::aws:policy/AmazonSQSFullAccess";
    const with_ = (...managedPolicyArns: string[]) => [bareRole("r", { managedPolicyArns })];
    assert.deepEqual(allowedOf(with_(basic), "sqs:SendMessage"), []);
    assert.deepEqual(allowedOf(with_(basic, full), "sqs:SendMessage", "s3:GetObject"), ["sqs:SendMessage"]);
  });

  it("of AWS's own are known with their resources and conditions, all that a program may attach", () => {
    const { policies, silent } = JSON.parse(readFileSync(managedPoliciesFile, "utf8")) as ManagedPolicies;
    const arns = [...Object.keys(policies), ...silent].map((name) => `arn:aws:iam::aws:policy/${name}`);
    assert.ok(arns.length > 1_000);
    // Each is a document that IAM takes, and none is of unknown content.
    for (const arn of arns) assert.deepEqual(managedPolicy(arn).filter(isUnknown), [], arn);
    const execute = bareRole("r", { managedPolicyArns: ["arn:aws:iam::aws:policy/AWSLambdaExecute"] });
    assert.deepEqual(allowedOf([execute], "s3:GetObject", "s3:DeleteObject"), []);
    const guard = new Guard(rolesOf(recording(execute)));
    const inBucket = (action: string) =>
      guard.refusalForRole(roleArn("r"), { action, resource: "arn:aws:s3:::b/k", context: {} }) === undefined;
    assert.deepEqual([inBucket("s3:GetObject"), inBucket("s3:DeleteObject")], [true, false]);
    const power = bareRole("r", { managedPolicyArns: ["arn:aws:iam::aws:policy/PowerUserAccess"] });
    assert.deepEqual(allowedOf([power], "sqs:SendMessage", "iam:CreateUser"), ["sqs:SendMessage"]);
  });

  it("of AWS's own are known for every service that runs here", () => {
    const allowedBy = (name: string, action: string) =>
      allowedOf([bareRole("r", { managedPolicyArns: [`arn:aws:iam::aws:policy/${name}`] })], action);
    const named: [policy: string, action: string][] = [
      ["SecretsManagerReadWrite", "secretsmanager:GetSecretValue"],
      ["AmazonSSMReadOnlyAccess", "ssm:GetParameter"],
      ["AmazonSSMFullAccess", "ssm:PutParameter"],
      ["AmazonSNSFullAccess", "sns:Publish"],
      ["AmazonEventBridgeFullAccess", "events:PutEvents"],
      ["AWSXRayDaemonWriteAccess", "xray:PutTraceSegments"],
    ];
    for (const [name, action] of named) assert.deepEqual(allowedBy(name, action), [action], name);
    assert.deepEqual(allowedBy("AmazonSSMReadOnlyAccess", "ssm:PutParameter"), []);
  });

  it("of AWS's own deny what they deny, whatever they are called", () => {
    const beside = "arn:aws:iam::aws:policy/AWSIAMIdentityCenterAllowListForIdentityContext";
    const named = readFileSync(managedPoliciesFile, "utf8");
    assert.ok(named.includes('"AWSIAMIdentityCenterAllowListForIdentityContext": [{"Effect":"Deny"'));
    const [statement] = managedPolicy(beside);
    assert.equal(statement?.effect, "Deny");
  });

  it("say where AWS has a policy of this name, when its ARN has another path", () => {
    const [basic] = managedPolicy("arn:aws:iam::aws:policy/AWSLambdaSQSQueueExecutionRole");
    assert.match(
      basic?.source ?? "",
      /AWS has arn:aws:iam::aws:policy\/service-role\/AWSLambdaSQSQueueExecutionRole/,
    );
  });

  it("are no yes when one of them is not known here", () => {
    const unknown = "arn:aws:iam::aws:policy/SomethingNew";
    const program = [bareRole("r", { managedPolicyArns: [unknown] }), policy("p", statement("*"))];
    const guard = new Guard(rolesOf(recording(...program)));
    const refusal = guard.refusalForRole(roleArn("r"), {
      action: "s3:GetObject",
      resource: "*",
      context: {},
    });
    assert.match(refusal?.message ?? "", /does not know what this policy says: .*SomethingNew/);
  });

  it("stay allowed beside a policy of AWS that is not known here: it can only allow more", () => {
    const beside = (arn: string) =>
      [role("r", statement("s3:*")), bareRole("x")].map((one) => ({
        ...one,
        inputs: { ...one.inputs, managedPolicyArns: [arn] },
      }));
    assert.deepEqual(
      allowedOf(beside("arn:aws:iam::aws:policy/SomethingNew"), "s3:GetObject", "sqs:SendMessage"),
      ["s3:GetObject"],
    );
    assert.deepEqual(allowedOf(beside("arn:aws:iam::aws:policy/AWSDenyAll"), "s3:GetObject"), []);
    assert.deepEqual(allowedOf(beside("arn:aws:iam::123456789012:policy/elsewhere"), "s3:GetObject"), []);
  });

  it("run over colons with the star at the end of a resource, and know their own account", () => {
    const guard = (Resource: string) =>
      new Guard(rolesOf(recording(role("r", { Effect: "Allow", Action: "dynamodb:*", Resource }))));
    const call = (account: string) => ({
      action: "dynamodb:GetItem",
      resource: `arn:aws:dynamodb:eu-central-1:${account}:table/ferns`,
      context: {},
    });
    const refused = (Resource: string, account = "123456789012") =>
      guard(Resource).refusalForRole(roleArn("r"), call(account))?.message;
    assert.equal(refused("arn:aws:dynamodb:*"), undefined);
    const own = `arn:aws:dynamodb:*:${variable("aws:PrincipalAccount")}:table/ferns`;
    assert.equal(refused(own), undefined);
    assert.match(refused(own, "999999999999") ?? "", /no identity-based policy allows/);
    assert.match(
      refused(`arn:aws:dynamodb:*:*:table/${variable("aws:username")}`) ?? "",
      /no identity-based policy allows/,
    );
    assert.match(
      refused(`arn:aws:dynamodb:*:*:table/${variable("aws:userid")}`) ?? "",
      /cannot judge a statement/,
    );
  });

  it("are not known of a role that the program reads or only names: said, and no yes", () => {
    const read = { ...bareRole("r"), read: true };
    const own = resource("aws:iam/rolePolicy:RolePolicy", "p", {
      role: "r",
      policy: document(statement("s3:*")),
    });
    for (const program of [
      [read, own],
      [lambda("f", "r"), policy("p", statement("s3:*"))],
    ]) {
      const guard = new Guard(rolesOf(recording(...program)));
      const call = { action: "s3:GetObject", resource: "*", context: {} };
      assert.match(
        guard.refusalForRole(roleArn("r"), call)?.message ?? "",
        /does not know what this policy says: role r, which the program does not declare/,
      );
    }
  });

  it("are narrowed by a permissions boundary", () => {
    const boundary = policy("limit", statement("sqs:*"));
    const limited = role("r", statement("*"));
    limited.inputs.permissionsBoundary = boundary.id ?? "";
    assert.deepEqual(allowedOf([limited, boundary], "sqs:SendMessage", "s3:GetObject"), ["sqs:SendMessage"]);
  });

  it("are known under the local access key, with a function of the role as the session", () => {
    const [known] = rolesOf(recording(role("r"), lambda("hello", "r")));
    assert.equal(known?.accessKeyId, credentialsOf(roleArn("r")).accessKeyId);
    assert.equal(known?.session, "hello");
  });
});

describe("policies of resources", () => {
  const bucketArn = "arn:aws:s3:::imports";
  const object = `${bucketArn}/a`;

  function verdict(Principal: unknown, Effect: string, own: object[] = [], more: object = {}) {
    const Statement = [{ Effect, Action: "s3:GetObject", Resource: `${bucketArn}/*`, Principal, ...more }];
    const attached = resource("aws:s3/bucketPolicy:BucketPolicy", "p", {
      bucket: "imports",
      policy: JSON.stringify({ Version: "2012-10-17", Statement }),
    });
    const guard = new Guard(rolesOf(recording(role("r", ...(own as Value[])), bucket("imports"), attached)));
    const call = { action: "s3:GetObject", resource: object, context: {} };
    return guard.refusalForRole(roleArn("r"), call)?.message ?? "allowed";
  }

  const everything = [{ Effect: "Allow", Action: "*", Resource: "*" }];

  it("allow what they allow to the role or to everybody", () => {
    assert.equal(verdict({ AWS: roleArn("r") }, "Allow"), "allowed");
    assert.equal(verdict("*", "Allow"), "allowed");
    assert.equal(verdict({ AWS: ["*"] }, "Allow"), "allowed");
  });

  it("allow nothing to the role by another role, a service, or the account as a whole", () => {
    for (const principal of [
      { AWS: roleArn("other") },
      { Service: "s3.amazonaws.com" },
      { AWS: "123456789012" },
    ]) {
      assert.match(verdict(principal, "Allow"), /no identity-based policy allows/);
    }
  });

  it("deny whatever the role's own policy allows, the account as a whole included", () => {
    for (const principal of ["*", { AWS: roleArn("r") }, { AWS: "arn:aws:iam::123456789012:root" }]) {
      assert.match(
        verdict(principal, "Deny", everything),
        /with an explicit deny in a resource-based policy$/,
      );
    }
    assert.equal(verdict({ AWS: roleArn("other") }, "Deny", everything), "allowed");
  });

  it("deny plain HTTP to nobody: in the cloud the same call goes over TLS", () => {
    const Condition = { Bool: { "aws:SecureTransport": "false" } };
    assert.equal(verdict("*", "Deny", everything, { Condition }), "allowed");
  });

  it("are not judged with a session of the role, whose name is made up here", () => {
    const session = "arn:aws:sts::123456789012:assumed-role/r/f";
    assert.match(
      verdict({ AWS: session }, "Deny", everything),
      /cannot judge a statement of p \(Principal arn:aws:sts/,
    );
    assert.equal(verdict({ AWS: session.replace("/r/", "/other/") }, "Deny", everything), "allowed");
    assert.match(verdict({ AWS: session }, "Allow"), /cannot judge a statement of p/);
  });

  it("are not judged with NotPrincipal", () => {
    const more = { NotPrincipal: { AWS: roleArn("other") } };
    assert.match(
      verdict(undefined, "Deny", everything, more),
      /cannot judge a statement of p \(NotPrincipal/,
    );
  });

  it("are not judged while it is not known what they say", () => {
    const attached = resource("aws:s3/bucketPolicy:BucketPolicy", "p", {
      bucket: "imports",
      policy: { $: "unknown" },
    });
    const guard = new Guard(rolesOf(recording(role("r", ...everything), attached)));
    const message = (key: string) =>
      guard.refusalForRole(roleArn("r"), { action: "s3:GetObject", resource: key, context: {} })?.message;
    assert.match(message(object) ?? "", /cannot judge a statement of p/);
    assert.equal(message("arn:aws:s3:::other/a"), undefined);
  });

  it("mean their own resource by *", () => {
    const own = queue("changes", {
      policy: JSON.stringify({ Statement: [{ ...everything[0], Principal: "*" }] }),
    });
    const guard = new Guard(rolesOf(recording(role("r"), own, queue("other"))));
    const refused = (name: string) =>
      guard.refusalForRole(roleArn("r"), {
        action: "sqs:SendMessage",
        resource: queueArn(name),
        context: {},
      });
    assert.equal(refused("changes"), undefined);
    assert.notEqual(refused("other"), undefined);
  });

  it("are found by the URL of the queue", () => {
    const attached = resource("aws:sqs/queuePolicy:QueuePolicy", "p", {
      queueUrl: queueUrl("changes"),
      policy: JSON.stringify({ Statement: [{ ...everything[0], Principal: "*" }] }),
    });
    const guard = new Guard(rolesOf(recording(role("r"), queue("changes"), attached)));
    const call = { action: "sqs:SendMessage", resource: queueArn("changes"), context: {} };
    assert.equal(guard.refusalForRole(roleArn("r"), call), undefined);
  });
});

describe("local credentials", () => {
  it("are shaped like AWS's, the same at every start, and another for every role", () => {
    const { accessKeyId, secretAccessKey, sessionToken } = credentialsOf(roleArn("r"));
    assert.match(accessKeyId, /^ASIALOCAL[A-Z2-7]{11}$/);
    assert.equal(secretAccessKey.length, 40);
    assert.match(sessionToken, /^[A-Za-z0-9+/]{86}==$/);
    assert.deepEqual(credentialsOf(roleArn("r")), { accessKeyId, secretAccessKey, sessionToken });
    assert.match(operatorCredentials.accessKeyId, /^AKIALOCAL/);
    assert.notEqual(credentialsOf(roleArn("s")).accessKeyId, accessKeyId);
  });

  it("do not depend on the path of the role", () => {
    assert.deepEqual(
      credentialsOf("arn:aws:iam::123456789012:role/service-role/r"),
      credentialsOf(roleArn("r")),
    );
  });
});
