/**
 * The rules as a CrossGuard policy pack: `pulumi preview --policy-pack policies`. What a preview does not know yet is
 * taken for good there; `npm run policies` judges the same program with everything known.
 */
import { PolicyPack } from "@pulumi/policy";
import * as pulumi from "@pulumi/pulumi";
import { check } from "./check.ts";
import { engineRecording, type StackIdentity } from "./engine-recording.ts";
import { violationLine } from "./report.ts";
import type { Waiver } from "./waivers.ts";

/** Makes the process that the engine has started the policy pack of a program with these waivers. */
export function startPack(waivers: Waiver[]): void {
  new PolicyPack("tandem", {
    policies: [
      {
        name: "rules",
        description: "The rules of docs/policies.md.",
        enforcementLevel: "mandatory",
        validateStack: ({ resources }, reportViolation) => {
          const { violations, waiverMistakes } = check(engineRecording(resources, identity()), {
            waivers,
          });
          for (const violation of violations) reportViolation(violationLine(violation), violation.urn);
          for (const mistake of waiverMistakes) reportViolation(mistake);
        },
      },
    ],
  });
}

function identity(): StackIdentity {
  const project = pulumi.getProject();
  const production = new pulumi.Config(project).getBoolean("production");
  return {
    project,
    stack: pulumi.getStack(),
    config: production === undefined ? {} : { [`${project}:production`]: production },
  };
}
