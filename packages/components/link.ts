import type * as pulumi from "@pulumi/pulumi";
import { Mistake } from "./mistake.ts";

/** One statement of the policy of a function's role. */
export interface Permission {
  /** e.g. `["dynamodb:GetItem", "dynamodb:Query"]`; no wildcards. */
  actions: string[];
  resources: pulumi.Input<string>[];
}

/**
 * How a resource reaches a function: the environment variables it gives and the permissions it needs, in one value.
 * A data component offers links as properties (`movies.read`, `movies.readWrite`); a function takes them in `links`.
 */
export interface Link {
  /** Names the link in error messages, e.g. `movies.readWrite`. */
  name: string;
  variables: Record<string, pulumi.Input<string>>;
  permissions: Permission[];
  /**
   * Makes what else the reach needs once the function's role is known, as children of the function
   * (an Atlas database user for the role, say).
   */
  attach?: (target: LinkTarget) => void;
  /** Subnets and security groups the function must live in to reach the resource. */
  placement?: {
    subnetIds: pulumi.Input<pulumi.Input<string>[]>;
    securityGroupIds: pulumi.Input<pulumi.Input<string>[]>;
  };
}

export interface LinkTarget {
  /** Logical name of the function. */
  name: string;
  parent: pulumi.Resource;
  roleArn: pulumi.Output<string>;
  roleName: pulumi.Output<string>;
  /** Concurrent executions reserved for the function; undefined where it is bounded by the account alone. */
  reservedConcurrency?: number;
}

/** The variables of all links; two links must not give the same one. */
export function variablesOf(functionName: string, links: Link[]): Record<string, pulumi.Input<string>> {
  const givers = new Map<string, Link>();
  for (const link of links) {
    for (const variable of Object.keys(link.variables)) {
      const other = givers.get(variable);
      if (other) {
        throw new Mistake(
          `Function "${functionName}": links ${other.name} and ${link.name} both give ${variable}; keep one of them`,
        );
      }
      givers.set(variable, link);
    }
  }
  return Object.assign({}, ...links.map((link) => link.variables));
}

/** Where the function must live to reach all of its links; undefined for anywhere. One function, one network. */
export function placementOf(functionName: string, links: Link[]): Link["placement"] {
  const [first, ...others] = links.filter((link) => link.placement);
  const elsewhere = others.find((link) => link.placement?.subnetIds !== first?.placement?.subnetIds);
  if (first && elsewhere) {
    throw new Mistake(
      `Function "${functionName}": links ${first.name} and ${elsewhere.name} lead into different networks; ` +
        "a function can live in one",
    );
  }
  return first?.placement;
}
