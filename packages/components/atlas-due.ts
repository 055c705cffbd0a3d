import * as atlas from "@pulumi/mongodbatlas";
import * as pulumi from "@pulumi/pulumi";
import { asAnswered } from "./as-answered.ts";
import type { clusterArgs } from "./atlas-cluster-args.ts";

/** Switches of a cluster that Atlas may leave off without a word, and what a person calls them. */
const switches = {
  backupEnabled: "backup",
  pitEnabled: "point-in-time recovery",
  terminationProtectionEnabled: "termination protection",
} as const;

/**
 * What was asked of a cluster and is not so: one sentence each, empty where all is as declared. Atlas turns a shared cluster
 * into a dedicated one in one step and its backups on in another, which the next deployment asks for.
 */
export function dueOf(
  cluster: atlas.AdvancedCluster,
  asked: ReturnType<typeof clusterArgs>,
  parent: pulumi.Resource,
): pulumi.Output<string[]> {
  const wanted = Object.entries(switches).filter(([name]) => asked[name as keyof typeof switches] === true);
  if (wanted.length === 0) return pulumi.output([]);
  // The resource says what was asked for; only Atlas says what is so.
  const found = atlas.getAdvancedClusterOutput(
    { projectId: cluster.projectId, name: cluster.name },
    { parent, dependsOn: [cluster] },
  );
  return asAnswered(found).apply((answer) =>
    wanted
      .filter(([name]) => answer?.[name as keyof typeof switches] === false)
      .map(([, what]) => `cluster ${answer?.name}: ${what} is still off; a second deployment turns it on`),
  );
}
