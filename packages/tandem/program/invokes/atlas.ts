/** Reading back an Atlas cluster that the same program declares, once its private endpoints are connected. */
import type { InvokeAnswer, InvokeContext } from "./invoke-answer.ts";

const CLUSTER = "mongodbatlas:index/advancedCluster:AdvancedCluster";
const ENDPOINT_SERVICE = "mongodbatlas:index/privateLinkEndpointService:PrivateLinkEndpointService";

export const atlasInvokes: Record<string, InvokeAnswer> = {
  "mongodbatlas:index/getAdvancedCluster:getAdvancedCluster": ({ name, projectId }, context) => {
    const cluster = context
      .declared(CLUSTER)
      .find((state) => state.name === name && state.projectId === projectId);
    if (cluster === undefined) {
      throw new Error(
        `the program reads the Atlas cluster "${name}" of project ${projectId}, which it does not declare. ` +
          "Answer it in recording.yaml, under invokes: mongodbatlas:index/getAdvancedCluster:getAdvancedCluster: { … }",
      );
    }
    const strings = cluster.connectionStrings as Record<string, unknown> | undefined;
    return {
      ...cluster,
      id: cluster.clusterId,
      connectionStrings: {
        ...strings,
        privateEndpoints: endpoints(String(name), projectId, strings, context),
      },
    };
  },
};

/** One entry for each endpoint that the program tells Atlas of; its host is the cluster's with `-pl-<n>` behind the name. */
function endpoints(
  name: string,
  projectId: unknown,
  strings: Record<string, unknown> | undefined,
  { declared, region }: InvokeContext,
): Record<string, unknown>[] {
  const standardSrv = String(strings?.standardSrv);
  const domain = standardSrv.slice(standardSrv.indexOf(".") + 1);
  return declared(ENDPOINT_SERVICE)
    .filter((service) => service.projectId === projectId)
    .map(({ endpointServiceId }, index) => {
      const ports = [1024, 1025, 1026].map((port) => `pl-${index}-${region}.${domain}:${port}`);
      return {
        connectionString: `mongodb://${ports.join(",")}/?ssl=true&authSource=admin`,
        srvConnectionString: `mongodb+srv://${name}-pl-${index}.${domain}`,
        srvShardOptimizedConnectionString: "",
        type: "MONGOD",
        endpoints: [
          {
            endpointId: endpointServiceId,
            providerName: "AWS",
            region: region.toUpperCase().replaceAll("-", "_"),
          },
        ],
      };
    });
}
