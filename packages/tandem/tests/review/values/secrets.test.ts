import assert from "node:assert/strict";
import fc from "fast-check";
import type { Recording, Value, Values } from "../../../program/recording.ts";
import { compare } from "../../../review/diff/compare.ts";
import { renderJson } from "../../../review/report/json.ts";
import { renderMarkdown } from "../../../review/report/markdown.ts";
import type { Report } from "../../../review/report/report.ts";
import { renderText } from "../../../review/report/text.ts";
import { Redactor } from "../../../review/values/secrets.ts";
import { recording, resource } from "../support/recordings.ts";

/** Long enough to be found in a text, and with what escapes and encodings change. */
const canary = fc
  .string({ unit: fc.constantFrom(..."abcXYZ019-_/+=\"'\\\n %é€💥`@<"), minLength: 6, maxLength: 24 })
  .map((text) => `canary${text}`);

/** A program with the secret in every place where one can stand, and where it got by mistake. */
function leaking(secret: string, version: string): Recording {
  const marked: Value = { $: "secret", value: secret };
  const base64 = Buffer.from(secret).toString("base64");
  const within = Buffer.from(`user${version}:${secret}!`).toString("base64");
  const inputs: Values = {
    plain: marked,
    nested: {
      list: [{ deep: marked }],
      object: { $: "secret", value: { user: "admin", password: secret, list: [secret] } },
    },
    unmarked: secret,
    sentence: `mongodb://user:${secret}@host/${version}`,
    encoded: base64,
    encodedWithin: `Basic ${within}`,
    urlSafe: Buffer.from(secret).toString("base64url"),
    inUrl: `https://host/?key=${encodeURIComponent(secret)}&v=${version}`,
    document: JSON.stringify({ version, password: secret }),
    [`key ${secret}`]: version,
    policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "s3:GetObject", Resource: `arn:aws:s3:::${version}/${secret}/*` },
        {
          Effect: "Allow",
          Action: "s3:PutObject",
          Resource: "*",
          Condition: { StringEquals: { "aws:PrincipalTag/key": base64 } },
        },
      ],
    }),
    secretPolicy: {
      $: "secret",
      value: JSON.stringify({ Statement: { Effect: "Allow", Action: version, Resource: secret } }),
    },
  };
  const role = "arn:aws:iam::123456789012:role/leaky";
  return recording(
    [
      resource("aws:sqs:Queue", "leaky", inputs),
      resource("aws:sqs:Queue", `only-${version}`, inputs),
      resource("aws:s3/bucket:Bucket", `named ${secret}`, { name: secret }, { protect: true }),
      resource("aws:iam/role:Role", "leaky", {}, { outputs: { arn: role, id: "leaky" } }),
      resource("aws:iam/rolePolicy:RolePolicy", "leaky", { role: "leaky", policy: inputs.policy ?? null }),
      resource("aws:lambda/function:Function", "leaky", {
        role,
        environment: { variables: { PASSWORD: marked, URL: inputs.sentence ?? null, VERSION: version } },
        code: { $: "archive", assets: { "index.js": { $: "asset", text: `${version} ${secret}` } } },
      }),
    ],
    {
      outputs: { password: marked, unmarked: `${version} ${secret}` },
      config: { "shop:password": marked, "aws:profile": secret },
    },
  );
}

function formsOf(secret: string): string[] {
  const escaped = JSON.stringify(secret).slice(1, -1);
  const encoded = [secret, escaped].flatMap((text) => [
    Buffer.from(text).toString("base64"),
    Buffer.from(text).toString("base64url"),
  ]);
  return [secret, escaped, JSON.stringify(escaped).slice(1, -1), ...encoded, encodeURIComponent(secret)];
}

function rendered(before: Recording, after: Recording): string {
  const violations = (from: Recording) => [
    {
      rule: "lambda/no-secrets",
      resource: "leaky",
      message: `PASSWORD is ${JSON.stringify(from.resources[0]?.inputs.unmarked)}`,
    },
  ];
  const report: Report = {
    base: { revision: "main", commit: "0".repeat(40) },
    notes: [],
    failures: [],
    diffs: [
      compare({ recording: before, violations: violations(before) }, { recording: after }),
      compare({}, { recording: after, violations: violations(after) }),
      compare({ recording: before }, {}),
    ],
  };
  return [renderJson(report), renderMarkdown(report), renderText(report)].join("\n");
}

describe("secrets in a report", () => {
  it("are in no output, neither old nor new, whatever form they have and wherever they stand", () => {
    fc.assert(
      fc.property(canary, canary, (old, now) => {
        fc.pre(!old.includes(now) && !now.includes(old));
        const output = rendered(leaking(old, "v1"), leaking(now, "v2"));
        for (const form of [...formsOf(old), ...formsOf(now)]) assert.ok(!output.includes(form), form);
        assert.ok(output.includes("[secret]"));
      }),
    );
  });

  it("are not in the digits of base64 that stand for them within something longer", () => {
    const secret = "correct-horse-battery";
    for (const prefix of ["", "u", "us", "user:"]) {
      const encoded = Buffer.from(`${prefix}${secret}${prefix}`).toString("base64");
      const program = recording([
        resource("aws:sqs:Queue", "q", { token: { $: "secret", value: secret }, header: encoded }),
      ]);
      const { resources } = compare({}, { recording: program });
      assert.deepEqual(
        resources[0]?.properties.map(({ after }) => after),
        ["[secret]", "[secret]"],
      );
    }
  });

  it("show as changed, without either value", () => {
    const [before, after] = ["one-secret", "two-secret"].map((value) =>
      recording([resource("aws:sqs:Queue", "q", { key: { $: "secret", value } })]),
    );
    const diff = compare({ recording: before as Recording }, { recording: after as Recording });
    assert.deepEqual(diff.resources[0]?.properties, [
      { path: "key", before: "[secret]", after: "[secret]", secret: true },
    ]);
  });

  it("show as nothing where they stay the same", () => {
    const program = recording([
      resource("aws:sqs:Queue", "q", { key: { $: "secret", value: "one-secret" } }),
    ]);
    assert.deepEqual(compare({ recording: program }, { recording: structuredClone(program) }).resources, []);
  });
});

describe("Redactor", () => {
  const redactor = new Redactor([
    recording([
      resource("t", "n", {
        short: { $: "secret", value: "abc" },
        number: { $: "secret", value: 48_151_623 },
        pin: { $: "secret", value: 12 },
      }),
    ]),
  ]);

  it("hides a short secret where it is the whole text, not within a word", () => {
    assert.equal(redactor.text("abc"), "[secret]");
    assert.equal(redactor.text("abcdef"), "abcdef");
  });

  it("knows numbers, but leaves those that any setting could have", () => {
    assert.deepEqual(redactor.value({ a: 48_151_623, b: 12, c: "48151623" }), {
      a: "[secret]",
      b: 12,
      c: "[secret]",
    });
  });

  it("leaves the words of a report as they are, whatever the secrets", () => {
    const unlucky = new Redactor([
      recording([resource("t", "n", { s: { $: "secret", value: ["widened", "direction", "before"] } })]),
    ]);
    assert.deepEqual(unlucky.report({ direction: "widened", before: { direction: "widened" } }), {
      direction: "widened",
      before: { "[secret]": "[secret]" },
    });
  });
});
