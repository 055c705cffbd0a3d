import assert from "node:assert/strict";
import fc from "fast-check";
import { compare } from "../../../review/diff/compare.ts";
import { escapeProse, line, markdownLine, plainLine } from "../../../review/report/line.ts";
import { MARKER, renderMarkdown } from "../../../review/report/markdown.ts";
import type { Report } from "../../../review/report/report.ts";
import { codePoint } from "../../support/code-point.ts";
import { recording, resource } from "../support/recordings.ts";

function report(resources: number, stacks = ["dev"]): Report {
  const many = Array.from({ length: resources }, (_, index) =>
    resource("aws:sqs/queue:Queue", `queue-${String(index).padStart(4, "0")}`, {
      name: "x".repeat(40),
      delaySeconds: index,
      tags: { index: String(index) },
    }),
  );
  const diffs = stacks.map((stack) =>
    compare({ recording: recording([], { stack }) }, { recording: recording(many, { stack }) }),
  );
  return { base: { revision: "main", commit: "0".repeat(40) }, notes: [], diffs, failures: [] };
}

function propertiesOf(name: string, index: number): string {
  const value = `\`delaySeconds\`: \`${index}\`; \`name\`: \`${"x".repeat(40)}\`; \`tags\`: \`{"index":"${index}"}\``;
  return `- ➕ **dev**: \`aws.sqs.Queue\` \`${name}\`: ${value}`;
}

describe("renderMarkdown", () => {
  it("begins with the marker and a summary line for each stack, and says what is compared", () => {
    const [marker, title, dev, prod] = renderMarkdown(report(3, ["dev", "prod"])).split("\n");
    assert.deepEqual(
      [marker, title, dev, prod],
      [MARKER, "## What this change does", "- **dev**: 3 created", "- **prod**: 3 created"],
    );
    assert.match(renderMarkdown(report(0)), /compares two programs, not the state of a cloud/);
  });

  it("says plainly when nothing changes", () => {
    assert.match(renderMarkdown(report(0)), /\*\*dev\*\*: nothing changes, 0 resources stay as they are/);
  });

  it("tells many new things of one type in one line, and looks up each of them", () => {
    const text = renderMarkdown(report(100));
    assert.match(text, /^- ➕ 100 queues `queue-0000`, `queue-0001`.* and 95 more$/m);
    assert.equal(text.match(/^- ➕ `aws.sqs.Queue` `queue-\d{4}`: `delaySeconds`: /gm)?.length, 100);
    assert.doesNotMatch(text, /do not fit/);
  });

  it("is cut at whole resources below 60,000 characters, and says how many are left", () => {
    const text = renderMarkdown(report(2_000));
    const shown = text.match(/^- ➕ `aws.sqs.Queue`/gm)?.length ?? 0;
    assert.ok(text.length < 60_000 && text.length > 55_000, String(text.length));
    assert.match(text, new RegExp(`… and ${2_000 - shown} more that do not fit here`));
    assert.equal(text.match(/`name`: `x{40}`/g)?.length, shown);
  });

  it("cuts what is looked up first, and rules and cost last", () => {
    const full = report(2_000);
    const [diff] = full.diffs;
    assert.ok(diff);
    const message = "tracing mode is not set";
    const violations = Array.from({ length: 50 }, (_, index) => ({
      change: "new" as const,
      rule: "lambda/tracing",
      resource: `function-${index}`,
      message,
    }));
    const cost = { before: 1, after: 2, difference: 1, lines: [], ceilings: [], unpriced: [] };
    const text = renderMarkdown({ ...full, diffs: [{ ...diff, violations, cost }] }, 6_500);
    assert.ok(text.length <= 6_500);
    assert.equal(text.match(/lambda\/tracing/g)?.length, 50);
    assert.match(text, /^- ➕ \$1\.00 → \$2\.00 a month/m);
    assert.deepEqual(text.match(/^### .*/gm), ["### Rules", "### Cost", "### The rest"]);
    assert.ok((text.match(/^- ➕ `aws.sqs.Queue`/gm)?.length ?? 0) < 20);
  });

  it("tells once what is the same for several stacks, and what matters most first of all of them", () => {
    const same = renderMarkdown(report(3, ["dev", "prod"]));
    assert.match(same, /^- ➕ 3 queues `queue-0000`, `queue-0001`, `queue-0002`$/m);
    const [dev] = report(3).diffs;
    const table = resource("aws:dynamodb/table:Table", "stock");
    const prod = compare(
      { recording: recording([table], { stack: "prod" }) },
      { recording: recording([], { stack: "prod" }) },
    );
    const different = renderMarkdown({ ...report(0), diffs: [...(dev ? [dev] : []), prod] });
    assert.deepEqual(different.match(/^(### .*|- ..? \*\*.*)/gm), [
      "### Danger",
      '- ⛔ **prod**: aws.dynamodb.Table "stock" is deleted with everything in it.',
      "### The rest",
      "- ➕ **dev**: 3 queues `queue-0000`, `queue-0001`, `queue-0002`",
      "- ➖ **prod**: table `stock`",
      ...["queue-0000", "queue-0001", "queue-0002"].map((name, index) => propertiesOf(name, index)),
      "- ➖ **prod**: gone: `aws.dynamodb.Table` `stock` (0 properties)",
    ]);
  });

  it("never exceeds what it is given, however little", () => {
    fc.assert(
      fc.property(fc.nat(60), fc.integer({ min: 700, max: 5_000 }), (resources, longest) => {
        assert.ok(renderMarkdown(report(resources), longest).length <= longest);
      }),
    );
  });
});

describe("markdownLine", () => {
  it("quotes what comes from a program so that it cannot end the quotation", () => {
    assert.equal(markdownLine(line`${"a`b"} is ${"c"}`), "`` a`b `` is `c`");
    assert.equal(markdownLine(line`${"```"}`), "```` ``` ````");
    assert.equal(markdownLine(line`${""}`), "`(empty)`");
  });

  it("keeps what comes from a program on its line", () => {
    fc.assert(
      fc.property(fc.string({ unit: codePoint }), (text) => {
        assert.doesNotMatch(markdownLine(line`${text}`), /\n/);
        const quoted = /^(`+) ?([\s\S]*?) ?\1$/.exec(markdownLine(line`${text}`));
        assert.ok(quoted && !quoted[2]?.includes(`${"`".repeat((quoted[1]?.length ?? 0) + 1)}`));
      }),
    );
  });

  it("escapes prose, mentions nobody and links nowhere", () => {
    assert.equal(
      escapeProse("<b>*x*</b> @admins [a](https://evil.example) #1"),
      "\\<b\\>\\*x\\*\\</b\\> @\u200badmins \\[a\\](https:\u200b//evil.example) \\#1",
    );
  });

  it("cuts a long value and says how long it is", () => {
    assert.match(plainLine(line`${"x".repeat(1_000)}`), /^x{240}… \(1000 characters\)$/);
  });
});
