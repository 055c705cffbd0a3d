import assert from "node:assert/strict";
import fc from "fast-check";
import type { RecordedResource, Recording, Value, Values } from "../../../program/recording.ts";
import { compare } from "../../../review/diff/compare.ts";
import type { Diff, PropertyChange, ResourceChange } from "../../../review/diff/diff.ts";
import { plainLine } from "../../../review/report/line.ts";
import { renderMarkdown } from "../../../review/report/markdown.ts";
import { propertyLine } from "../../../review/report/resource-entries.ts";
import { anyRecording } from "../support/arbitrary.ts";
import { recording, resource } from "../support/recordings.ts";

function markdownOf(diffs: Diff[]): string {
  const base = { revision: "main", commit: "0".repeat(40) };
  return renderMarkdown({ base, notes: [], failures: [], diffs }, Number.POSITIVE_INFINITY);
}

/** Without marks, so that a line can be looked for as it is said. */
function plain(markdown: string): string[] {
  return markdown
    .split("\n")
    .map((line) => line.replace(/\\([\\`*_{}[\]<>#|~])/g, "$1").replace(/`+|\*\*/g, ""));
}

/** The place of a changed property: its own words, the section that tells it, or a count in a line that names the resource. */
function assertReported(change: ResourceChange, property: PropertyChange, diff: Diff, lines: string[]): void {
  const what = `${change.kind} ${change.type} ${change.name}: ${property.path}`;
  if (property.reportedIn !== undefined) {
    assert.ok(isReportedThere(change, property, diff), `${what} is told in ${property.reportedIn}`);
    return;
  }
  const named = lines.filter((line) => line.includes(change.name));
  const counted = /\d+ (more|propert)|\d+ (?:graphs? )/;
  const own = plainLine(propertyLine(property, change.kind)).split(":")[0] ?? "";
  assert.ok(
    named.some((line) => line.includes(own) || counted.test(line)),
    `${what} has its place in\n${lines.join("\n")}`,
  );
}

function isReportedThere(change: ResourceChange, { reportedIn, path }: PropertyChange, diff: Diff): boolean {
  const urns = [change.urn, change.formerly?.urn];
  if (reportedIn === "permissions")
    return diff.permissions.some(({ sources }) => sources.some((urn) => urns.includes(urn)));
  if (reportedIn === "routes") return diff.routes.some(({ source }) => urns.includes(source));
  if (reportedIn === "variables")
    return diff.variables.some((one) => one.function === change.name && path.includes(one.name));
  return reportedIn === "code"
    ? diff.code.some((one) => one.function === change.name)
    : reportedIn === "region";
}

function assertAllReported(diff: Diff): void {
  const lines = plain(markdownOf([diff]));
  for (const change of diff.resources) {
    for (const property of change.properties) assertReported(change, property, diff, lines);
  }
}

const statement: fc.Arbitrary<Values> = fc.record({
  Effect: fc.constantFrom("Allow", "Deny"),
  Action: fc.constantFrom<Value>("s3:GetObject", "s3:DeleteObject", "s3:*", ["s3:GetObject", "s3:PutObject"]),
  Resource: fc.constantFrom<Value>("arn:aws:s3:::payroll/*", "arn:aws:s3:::other/*", "*"),
});

/** Policies of every kind of attachment, of which a change may touch one while it touches others that say something else. */
const policies: fc.Arbitrary<RecordedResource[]> = fc
  .record({
    managed: fc.array(statement, { maxLength: 2 }),
    attached: fc.boolean(),
    user: fc.array(statement, { maxLength: 1 }),
    secret: fc.array(statement, { maxLength: 1 }),
    options: fc.record({
      deleteBeforeReplace: fc.boolean(),
      replaceOnChanges: fc.constantFrom<string[]>(["policy"], ["*"]),
      customTimeouts: fc.constantFrom<Record<string, string>>({ create: "1m" }, { create: "2m" }),
    }),
  })
  .map(({ managed, attached, user, secret, options }) => {
    const document = (Statement: Values[]): string => JSON.stringify({ Version: "2012-10-17", Statement });
    const arn = "arn:aws:iam::123456789012:policy/payroll";
    return [
      resource("aws:iam/role:Role", "clerk", {}, { outputs: { id: "clerk", name: "clerk" } }),
      resource(
        "aws:iam/policy:Policy",
        "payroll",
        { policy: document(managed) },
        { ...options, outputs: { arn } },
      ),
      ...(attached
        ? [
            resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "clerk", {
              role: "clerk",
              policyArn: arn,
            }),
          ]
        : []),
      resource("aws:iam/user:User", "robot", {}, { outputs: { id: "robot", name: "robot" } }),
      resource("aws:iam/userPolicy:UserPolicy", "robot-may", { user: "robot", policy: document(user) }),
      resource("aws:secretsmanager/secretPolicy:SecretPolicy", "key", { policy: document(secret) }),
    ];
  });

const program: fc.Arbitrary<Recording> = fc
  .tuple(anyRecording, policies)
  .map(([any, more]) => ({ ...any, resources: [...any.resources, ...more] }));

describe("a report", () => {
  it("has a place for every changed property of every resource, whatever changes beside it", () => {
    fc.assert(
      fc.property(program, program, (before, after) => {
        assertAllReported(compare({ recording: before }, { recording: after }));
      }),
      { numRuns: 300 },
    );
  });

  it("has a place for everything of a program that comes or goes as a whole", () => {
    fc.assert(
      fc.property(program, (one) => {
        assertAllReported(compare({}, { recording: one }));
        assertAllReported(compare({ recording: one }, {}));
      }),
    );
  });

  it("tells a policy whose holders nobody knows, beside a permission that somebody gets", () => {
    const payroll = (policy: Value) => resource("aws:iam/policy:Policy", "payroll", { policy });
    const text = (Action: string) =>
      JSON.stringify({ Statement: [{ Effect: "Allow", Action, Resource: "arn:aws:s3:::payroll/*" }] });
    const user = (Action: string) => [
      resource("aws:iam/user:User", "robot", {}, { outputs: { name: "robot" } }),
      resource("aws:iam/userPolicy:UserPolicy", "robot-may", { user: "robot", policy: text(Action) }),
    ];
    const markdown = (before: Value, after: Value) =>
      markdownOf([
        compare(
          { recording: recording([payroll(before), ...user("s3:ListBucket")]) },
          { recording: recording([payroll(after), ...user("s3:GetObject")]) },
        ),
      ]);
    const widened = markdown(text("s3:GetObject"), text("s3:DeleteObject"));
    assert.match(widened, /^- ➕ user `robot`: `s3:GetObject` on `arn:aws:s3:::payroll\/\*`$/m);
    assert.match(widened, /^- ➕ policy `payroll`: `s3:DeleteObject` on `arn:aws:s3:::payroll\/\*`$/m);
    const rewritten = markdown(
      `{"Version":"2008-10-17",${text("s3:GetObject").slice(1)}`,
      text("s3:GetObject"),
    );
    assert.match(rewritten, /^- ✏️ managed policy `payroll`: `policy\.Version`: `2008-10-17` → gone$/m);
  });

  it("says once what two stacks have in common, and of which stack it is where they differ", () => {
    const of = (stack: string, delay: number) =>
      compare(
        {
          recording: recording(
            [resource("aws:sqs/queue:Queue", "mail", { name: `shop-${stack}-mail`, delaySeconds: 1 })],
            { stack },
          ),
        },
        {
          recording: recording(
            [resource("aws:sqs/queue:Queue", "mail", { name: `shop-${stack}-post`, delaySeconds: delay })],
            { stack },
          ),
        },
      );
    const [line] = /^- ✏️ queue.*$/m.exec(markdownOf([of("dev", 2), of("prod", 3)])) ?? [];
    assert.equal(
      line,
      "- ✏️ queue `mail`, replaced: **dev**: `delaySeconds`: `1` → `2`; " +
        "`name`: `shop-<stack>-mail` → `shop-<stack>-post` (forces a replacement); **prod**: `delaySeconds`: `1` → `3`",
    );
  });
});
