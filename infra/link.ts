import type * as pulumi from "@pulumi/pulumi";

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
}
