/** IAM and Cognito. Its ARNs carry no region. */
import type { Named, Rule, Rules } from "./declaration.ts";

export const identity: Rules = {
  "aws:iam/role:Role": principal("role", "AROA"),
  "aws:iam/user:User": principal("user", "AIDA"),
  "aws:iam/group:Group": principal("group", "AGPA"),
  "aws:iam/instanceProfile:InstanceProfile": principal("instance-profile", "AIPA"),
  "aws:iam/policy:Policy": (it) => {
    const { name, arn } = named(it, "policy");
    return { id: arn, name, arn, policyId: uniqueId(it, "ANPA") };
  },
  "aws:iam/rolePolicy:RolePolicy": (it) => {
    const name = it.physicalName();
    return { id: `${it.text("role")}:${name}`, name };
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": (it) => ({
    id: `${it.text("role")}-${it.digits(12)}`,
  }),
  "aws:iam/userPolicy:UserPolicy": (it) => {
    const name = it.physicalName();
    return { id: `${it.text("user")}:${name}`, name };
  },
  "aws:iam/accessKey:AccessKey": (it) => ({
    id: uniqueId(it, "AKIA"),
    secret: it.digits(40, "secret"),
    status: "Active",
  }),
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": (it) => {
    const arn = it.globalArn("iam", `oidc-provider/${it.text("url").replace(/^https?:\/\//, "")}`);
    return { id: arn, arn };
  },

  "aws:cognito/userPool:UserPool": (it) => {
    const id = `${it.region}_${it.letters(9)}`;
    return {
      id,
      name: it.physicalName(),
      arn: it.arn("cognito-idp", `userpool/${id}`),
      endpoint: `cognito-idp.${it.region}.amazonaws.com/${id}`,
    };
  },
  "aws:cognito/userPoolClient:UserPoolClient": (it) => ({
    id: it.letters(26),
    name: it.physicalName(),
    ...(it.inputs.generateSecret === true ? { clientSecret: it.letters(48, "secret") } : {}),
  }),
};

function principal(kind: string, idPrefix: string): Rule {
  return (it) => {
    const { name, arn } = named(it, kind);
    return { id: name, name, arn, uniqueId: uniqueId(it, idPrefix) };
  };
}

function named(it: Named, kind: string): { name: string; arn: string } {
  const name = it.physicalName();
  return { name, arn: it.globalArn("iam", kind + (it.text("path") || "/") + name) };
}

/** Four letters that tell the kind, and sixteen more. */
function uniqueId(it: Named, prefix: string): string {
  return prefix + it.letters(16).toUpperCase();
}
