/** How each type of MongoDB Atlas that this project's programs create is imported, as the provider's pages say. */
import { entries, type Finder, type Finders, inWords, text, type UnfinishedResource } from "./import-id.ts";

const joined = (separator: string, ...keys: string[]): Finder => ({
  id: (it) => keys.map((key) => text(it, key)).join(separator),
});

export const CLUSTER_TYPE = "mongodbatlas:index/advancedCluster:AdvancedCluster";

export const atlasFinders: Finders = {
  [CLUSTER_TYPE]: joined("-", "projectId", "name"),
  "mongodbatlas:index/alertConfiguration:AlertConfiguration": {
    lookUp: (it) => {
      const threshold = it.inputs.metricThresholdConfig as { metricName?: string } | undefined;
      const named = (entry: Record<string, unknown>) =>
        (entry.metricThreshold as { metricName?: string } | undefined)?.metricName === threshold?.metricName;
      return {
        ...asked(it, ["alerts", "settings", "list"], { eventTypeName: text(it, "eventType") }),
        pick: (answer) =>
          entries(answer, "results", { eventTypeName: text(it, "eventType") })
            .filter(named)
            .map(({ id }) => `${text(it, "projectId")}-${id}`),
      };
    },
  },
  "mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule": joined("-", "projectId", "clusterName"),
  // The name of a user here is an ARN: it has slashes, so the form with dashes is the one that can be told apart.
  "mongodbatlas:index/databaseUser:DatabaseUser": joined("-", "projectId", "username", "authDatabaseName"),
  "mongodbatlas:index/privateLinkEndpoint:PrivateLinkEndpoint": {
    lookUp: (it) => ({
      ...asked(it, ["privateEndpoints", "aws", "list"], { regionName: text(it, "region") }),
      pick: (answer) =>
        entries({ results: answer }, "results", { regionName: text(it, "region") }).map(({ id }) =>
          [text(it, "projectId"), id, text(it, "providerName"), text(it, "region")].join("-"),
        ),
    }),
  },
  "mongodbatlas:index/privateLinkEndpointService:PrivateLinkEndpointService": joined(
    "--",
    "projectId",
    "privateLinkId",
    "endpointServiceId",
    "providerName",
  ),
  "mongodbatlas:index/project:Project": {
    lookUp: (it) => {
      const wanted = { name: text(it, "name"), orgId: text(it, "orgId") };
      return {
        command: ["atlas", "projects", "list", "--orgId", wanted.orgId, "--output", "json"],
        which: `id of the project with ${inWords(wanted)}`,
        pick: (answer) => entries(answer, "results", wanted).map(({ id }) => String(id)),
      };
    },
  },
  "mongodbatlas:index/projectIpAccessList:ProjectIpAccessList": joined("-", "projectId", "cidrBlock"),
};

function asked(it: UnfinishedResource, command: string[], wanted: Record<string, string>) {
  return {
    command: ["atlas", ...command, "--projectId", text(it, "projectId"), "--output", "json"] as [
      "atlas",
      ...string[],
    ],
    which: `id of the entry with ${inWords(wanted)}`,
  };
}
