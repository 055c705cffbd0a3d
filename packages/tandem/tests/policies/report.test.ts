import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Verdict, Violation } from "../../policies/check.ts";
import { reportOf, violationLine } from "../../policies/report.ts";
import { allRules } from "../../policies/rules/all.ts";
import { rulesPage } from "../../policies/rules-page.ts";

const violation: Violation = {
  rule: "lambda/tracing",
  standards: ["CKV_AWS_50", "Serverless-LambdaTracing"],
  urn: "urn:hello",
  resource: "hello",
  title: "Functions are traced",
  message: "tracing mode is not set",
  remedy: "Set it.",
};
const page = path.resolve(import.meta.dirname, "../../docs/policies.md");
const kept: Verdict = { rules: 40, violations: [], waived: [], unjudged: [], waiverMistakes: [] };

describe("violationLine", () => {
  it("names the rule, its other names, the resource, what is wrong and what to do", () => {
    assert.equal(
      violationLine(violation),
      "lambda/tracing (CKV_AWS_50, Serverless-LambdaTracing): hello: tracing mode is not set. Set it.",
    );
    assert.equal(
      violationLine({ ...violation, standards: [] }),
      "lambda/tracing: hello: tracing mode is not set. Set it.",
    );
  });
});

describe("reportOf", () => {
  it("is one line where every rule is kept", () => {
    assert.equal(reportOf("prod", kept), "prod: 40 rules kept");
  });

  it("names the types that no rule knows, and how many there are", () => {
    const unjudged = [
      { type: "aws:quicksight/user:User", count: 1 },
      { type: "aws:rds/proxy:Proxy", count: 3 },
    ];
    assert.equal(
      reportOf("prod", { ...kept, unjudged }),
      "- no rule knows: aws:quicksight/user:User, aws:rds/proxy:Proxy (3)\nprod: 40 rules kept",
    );
  });

  it("lists violations and mistakes in waivers as things to mend, and waived ones with their reason", () => {
    const report = reportOf("prod", {
      ...kept,
      violations: [violation],
      waived: [
        { ...violation, rule: "s3/versioning", resource: "scratch", reason: "Nothing in it matters." },
      ],
      waiverMistakes: ['The waiver of s3/lifecycle for "scratch" gives no reason'],
    });
    assert.deepEqual(report.split("\n"), [
      `✗ ${violationLine(violation)}`,
      '✗ The waiver of s3/lifecycle for "scratch" gives no reason',
      "- s3/versioning: scratch: waived. Nothing in it matters.",
      "prod: 2 to mend, 1 waived",
    ]);
  });
});

describe("docs/policies.md", () => {
  it("is what `npm run policies -- --page` writes", () => {
    assert.equal(readFileSync(page, "utf8"), rulesPage(allRules));
  });
});
