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
 * A data component offers links as properties (`orders.read`, `orders.readWrite`); a function takes them in `links`.
 */
export interface Link {
  /** Names the link in error messages, e.g. `orders.readWrite`. */
  name: string;
  variables: Record<string, pulumi.Input<string>>;
  permissions: Permission[];
  /** For a store that knows users of its own: all links to one cluster make the function's role one user of it. */
  admission?: { cluster: Cluster; role: DatabaseRole };
  /** Subnets and security groups the function must live in to reach the resource. */
  placement?: {
    subnetIds: pulumi.Input<pulumi.Input<string>[]>;
    securityGroupIds: pulumi.Input<pulumi.Input<string>[]>;
  };
}

/** What a user of a database may do with it. */
export interface DatabaseRole {
  roleName: "read" | "readWrite";
  databaseName: string;
}

export interface Cluster {
  /** Makes the function's role a user, as a child of the function. */
  admit(target: LinkTarget, roles: DatabaseRole[]): void;
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

/** Clusters that the links lead to, each with all that they allow there. */
export function admissionsOf(links: Link[]): Map<Cluster, DatabaseRole[]> {
  const admissions = new Map<Cluster, DatabaseRole[]>();
  for (const { admission } of links) {
    if (admission)
      admissions.set(admission.cluster, [...(admissions.get(admission.cluster) ?? []), admission.role]);
  }
  return admissions;
}

/** The variables of all links; two links must not give the same one, unless it is the same text. */
export function variablesOf(functionName: string, links: Link[]): Record<string, pulumi.Input<string>> {
  const givers = new Map<string, Link>();
  for (const link of links) {
    for (const variable of Object.keys(link.variables)) {
      const other = givers.get(variable);
      const value = link.variables[variable];
      const isSame = typeof value === "string" && other?.variables[variable] === value;
      if (other && !isSame) {
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
