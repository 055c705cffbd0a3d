import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { physicalName } from "../packages/components/names.ts";
import { policyDocument, type Statement } from "../packages/components/policy-document.ts";
import type { GithubTrust } from "./github-trust.ts";

export interface RoleArgs {
  github: GithubTrust;
  /** What GitHub's token may say of the run, e.g. `environment:dev`. */
  subjects: string[];
  description: string;
  /** By what they are for; each becomes a policy of its own, since one holds 6,144 characters only. */
  policies: Record<string, Statement[]>;
}

/** Seconds after which a workflow's credentials end; a deployment with a database cluster takes its time. */
const longestSession = 7_200;

/** A role that workflows take on, with policies of its own. */
export function createRole(name: string, args: RoleArgs, parent: pulumi.Resource): aws.iam.Role {
  const role = new aws.iam.Role(
    name,
    {
      name: physicalName(name, "role"),
      description: args.description,
      assumeRolePolicy: args.github.trustPolicy(args.subjects),
      maxSessionDuration: longestSession,
    },
    { parent },
  );
  for (const [purpose, statements] of Object.entries(args.policies)) {
    const policy = new aws.iam.Policy(
      `${name}-${purpose}`,
      { name: physicalName(name, "policy", `-${purpose}`), policy: policyDocument(statements) },
      { parent },
    );
    new aws.iam.RolePolicyAttachment(
      `${name}-${purpose}`,
      { role: role.name, policyArn: policy.arn },
      { parent },
    );
  }
  return role;
}
