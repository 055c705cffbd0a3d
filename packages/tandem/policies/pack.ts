/**
 * The rules as a CrossGuard policy pack: `pulumi preview --policy-pack policies`. What a preview does not know yet is
 * taken for good there; the tests judge the same program with everything known.
 */
import { PolicyPack } from "@pulumi/policy";
import * as pulumi from "@pulumi/pulumi";
import { check } from "./check.ts";
import { engineRecording, type StackIdentity } from "./engine-recording.ts";
import { violationLine } from "./report.ts";

new PolicyPack("tandem", {
  policies: [
    {
      name: "rules",
      description: "The rules of docs/policies.md.",
      enforcementLevel: "mandatory",
      validateStack: ({ resources }, reportViolation) => {
        const { violations, waiverMistakes } = check(engineRecording(resources, identity()));
        for (const violation of violations) reportViolation(violationLine(violation), violation.urn);
        for (const mistake of waiverMistakes) reportViolation(mistake);
      },
    },
  ],
});

function identity(): StackIdentity {
  const project = pulumi.getProject();
  const production = new pulumi.Config(project).getBoolean("production");
  return {
    project,
    stack: pulumi.getStack(),
    config: production === undefined ? {} : { [`${project}:production`]: production },
  };
}
