/** Policies as the JSON that AWS wants: of roles, and of resources that say who may use them. */
import * as pulumi from "@pulumi/pulumi";

type Texts = pulumi.Input<string> | pulumi.Input<string>[];

export interface Statement {
  Sid?: string;
  Effect: "Allow" | "Deny";
  Principal?: "*" | { Service: string } | { AWS: pulumi.Input<string> } | { Federated: pulumi.Input<string> };
  Action: string | string[];
  /** Left out in the trust policy of a role, which is its own resource. */
  Resource?: Texts;
  Condition?: Record<string, Record<string, Texts>>;
}

/** Nobody, whatever else allows it, gets at the resource without TLS. */
export function denyPlainHttp(action: string, resource: Texts): Statement {
  return {
    Sid: "TlsOnly",
    Effect: "Deny",
    Principal: "*",
    Action: action,
    Resource: resource,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

export function policyDocument(statements: Statement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}
