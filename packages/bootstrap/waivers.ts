/** Rules that this program breaks on purpose: they are made for programs that are deployed, not for those who deploy. */
import type { Waiver } from "pulumi-tandem";

const stacks = ["account"];
const deployRoles = ["dev", "prod", "review"].map((stage) => `deploy-${stage}`);

export const waivers: Waiver[] = [
  ...["preview", ...deployRoles].map((resource) => ({
    rule: "iam/one-service-trusted",
    resource,
    stacks,
    reason: "Taken on by workflows with GitHub's token, not by a service; the subject is named exactly.",
  })),
  ...[
    "preview-read",
    ...deployRoles.flatMap((role) => [`${role}-read`, `${role}-write`, `${role}-roles`]),
  ].map((resource) => ({
    rule: "iam/no-wildcard-resource",
    resource,
    stacks,
    reason:
      "What it is about does not exist yet; its names begin with service and stage, or AWS gives it an id.",
  })),
  ...deployRoles
    .flatMap((role) => [`${role}-write`, `${role}-roles`])
    .map((resource) => ({
      rule: "iam/no-escalation",
      resource,
      stacks,
      reason:
        "Who deploys functions makes their roles and code; the environment's approval stands before it.",
    })),
];
