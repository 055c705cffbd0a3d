import assert from "node:assert/strict";
import { judgedStatements, readPolicy } from "../../../program/reading/policy-document.ts";

const unknown = { $: "unknown" };
const secret = (value: unknown) => ({ $: "secret", value });
const valid = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*" };
const read = {
  effect: "Allow",
  actions: ["s3:GetObject"],
  exceptActions: false,
  resources: ["arn:aws:s3:::b/*"],
  exceptResources: false,
  conditions: [],
};

/** Of a document that says none. */
const VERSION = "2008-10-17";

describe("a policy document", () => {
  it("is the same as text, as object, with one statement or a list, and with secrets anywhere", () => {
    const same: unknown[] = [
      JSON.stringify({ Statement: [valid] }),
      { Statement: valid },
      secret(JSON.stringify({ Statement: valid })),
      secret({ Statement: [secret({ ...valid, Action: [secret("s3:GetObject")] })] }),
      { Statement: [{ ...valid, Resource: secret(["arn:aws:s3:::b/*"]) }] },
    ];
    for (const document of same) {
      assert.deepEqual(readPolicy(document), {
        state: "read",
        statements: [read],
        faults: [],
        version: VERSION,
      });
    }
  });

  it("keeps apart what is not there, what is not known, and what states nothing", () => {
    assert.deepEqual(readPolicy(undefined), { state: "none" });
    assert.deepEqual(readPolicy(null), { state: "none" });
    assert.deepEqual(readPolicy(unknown), { state: "unknown" });
    assert.deepEqual(readPolicy(secret(unknown)), { state: "unknown" });
    assert.deepEqual(readPolicy({ Statement: [] }), {
      state: "read",
      statements: [],
      faults: [],
      version: VERSION,
    });
    const faults = ["has no Statement"];
    assert.deepEqual(readPolicy("{}"), { state: "read", statements: [], faults, version: VERSION });
  });

  it("is of the version that it says, and judged by it", () => {
    const variable = `arn:aws:s3:::b/\${aws:PrincipalAccount}`;
    const resources = (Version: unknown) => {
      const reading = readPolicy({ Version, Statement: { ...valid, Resource: variable } });
      assert.ok(reading.state === "read");
      return [reading.faults, reading.statements[0]?.resources, judgedStatements(reading)[0]?.resources];
    };
    const plain = variable.replace("$", `\${$}`);
    assert.deepEqual(resources("2012-10-17"), [[], [variable], [variable]]);
    assert.deepEqual(resources(unknown), [[], [variable], [variable]]);
    assert.deepEqual(resources("2008-10-17"), [[], [variable], [plain]]);
    assert.deepEqual(resources(2012)[0], ['Version is 2012; allowed are "2008-10-17" and "2012-10-17"']);
  });

  it("has no principal with a wildcard in its name", () => {
    const faults = (Principal: unknown) => {
      const reading = readPolicy({ Statement: { ...valid, Principal } });
      return reading.state === "read" ? reading.faults.length : undefined;
    };
    assert.equal(faults({ AWS: "arn:aws:iam::1:role/*" }), 1);
    assert.equal(faults({ Service: "*.amazonaws.com" }), 1);
    assert.equal(faults({ AWS: "*" }), 0);
    assert.equal(faults("*"), 0);
  });

  it("names the elements of which a part is not known, and reads the rest", () => {
    const Condition = { StringEquals: { "aws:a": ["x", unknown] }, Bool: unknown };
    const policy = { Statement: [{ ...valid, Resource: ["arn:aws:s3:::a", unknown], Condition }, unknown] };
    const reading = readPolicy(policy);
    assert.ok(reading.state === "read");
    assert.deepEqual(reading.statements, [
      {
        ...read,
        resources: ["arn:aws:s3:::a"],
        unknown: ["Resource"],
        conditions: [
          { operator: "StringEquals", key: "aws:a", values: ["x"], unknown: true },
          { operator: "Bool", key: "", values: [], unknown: true },
        ],
      },
      { ...read, effect: "Deny", actions: [], resources: [], unknown: ["Statement"] },
    ]);
    assert.deepEqual(reading.faults, []);
  });

  it("reads NotAction, NotResource and principals of every kind", () => {
    const { Action: NotAction, Resource: NotResource } = valid;
    const Principal = { AWS: ["1", "2"], Service: "lambda.amazonaws.com" };
    const reading = readPolicy({
      Statement: [
        { Effect: "Deny", NotAction, NotResource, Principal },
        { ...valid, Principal: "*" },
        { ...valid, NotPrincipal: { AWS: "3" } },
      ],
    });
    assert.ok(reading.state === "read");
    assert.deepEqual(
      reading.statements.map(({ exceptActions, exceptResources, principals }) => [
        exceptActions,
        exceptResources,
        principals?.except,
        principals?.named.map(({ kind, name }) => `${kind} ${name}`),
      ]),
      [
        [true, true, false, ["AWS 1", "AWS 2", "Service lambda.amazonaws.com"]],
        [false, false, false, ["AWS *"]],
        [false, false, true, ["AWS 3"]],
      ],
    );
  });

  it("shows no secret where it must not", () => {
    const policy = { Statement: { ...valid, Resource: [secret("arn:aws:s3:::hidden")] } };
    const reading = readPolicy(policy, { secretAs: "[secret]" });
    assert.ok(reading.state === "read");
    assert.deepEqual(reading.statements[0]?.resources, ["[secret]"]);
    assert.deepEqual(readPolicy(secret(policy), { secretAs: "[secret]" }), { state: "unknown" });
  });
});
