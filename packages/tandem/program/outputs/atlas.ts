/** MongoDB Atlas. Host names have the shape of real ones: cluster, project's digits, `mongodb.net`. */
import type { Named, Rule, Rules } from "./declaration.ts";

export const atlas: Rules = {
  "mongodbatlas:index/project:Project": (it) => ({ id: it.digits(24), clusterCount: 0 }),
  "mongodbatlas:index/advancedCluster:AdvancedCluster": (it) => ({
    ...cluster(it),
    connectionStrings: connectionStrings(it),
  }),
  "mongodbatlas:index/flexCluster:FlexCluster": (it) => {
    const { standard, standardSrv } = connectionStrings(it);
    return { ...cluster(it), connectionStrings: { standard, standardSrv } };
  },
  "mongodbatlas:index/cluster:Cluster": (it) => {
    const strings = connectionStrings(it);
    return {
      ...cluster(it),
      connectionStrings: [strings],
      srvAddress: strings.standardSrv,
      mongoUri: strings.standard.replace(/\/\?.*$/, ""),
      mongoUriWithOptions: strings.standard,
    };
  },
  "mongodbatlas:index/databaseUser:DatabaseUser": (it) => ({
    id: [it.text("projectId"), it.text("username"), it.text("authDatabaseName")].join("-"),
  }),
  "mongodbatlas:index/projectIpAccessList:ProjectIpAccessList": (it) => ({
    id: `${it.text("projectId")}-${it.text("cidrBlock") || it.text("ipAddress")}`,
  }),
  "mongodbatlas:index/alertConfiguration:AlertConfiguration": (it) => {
    const alertConfigurationId = it.digits(24);
    return { id: `${it.text("projectId")}-${alertConfigurationId}`, alertConfigurationId };
  },
  "mongodbatlas:index/privateLinkEndpoint:PrivateLinkEndpoint": (it) => {
    const privateLinkId = it.digits(24);
    return {
      id: `${it.text("projectId")}-${privateLinkId}`,
      privateLinkId,
      endpointServiceName: `com.amazonaws.vpce.${awsRegion(it)}.vpce-svc-${it.digits(17)}`,
      status: "AVAILABLE",
      errorMessage: "",
      interfaceEndpoints: [],
    };
  },
  "mongodbatlas:index/privateLinkEndpointService:PrivateLinkEndpointService": (it) => ({
    id: `${it.text("projectId")}-${it.text("endpointServiceId")}`,
    awsConnectionStatus: "AVAILABLE",
    errorMessage: "",
  }),
  "mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule": ofCluster,
  "mongodbatlas:index/networkContainer:NetworkContainer": (it) => {
    const containerId = it.digits(24);
    return { id: containerId, containerId };
  },
};

function cluster(it: Named): Record<string, unknown> {
  const clusterId = it.digits(24);
  return { id: clusterId, clusterId, name: it.physicalName(), mongoDbVersion: "8.0.16", stateName: "IDLE" };
}

function ofCluster(it: Named): ReturnType<Rule> {
  return { id: `${it.text("projectId")}-${it.text("clusterName")}` };
}

/** As Atlas gives them right after creation: the private ones appear only once something private is connected. */
function connectionStrings(it: Named) {
  const name = it.physicalName();
  const domain = `${it.digits(5, it.text("projectId"))}.mongodb.net`;
  const hosts = [0, 1, 2].map((n) => `${name}-shard-00-0${n}.${domain}:27017`).join(",");
  return {
    standard: `mongodb://${hosts}/?ssl=true&authSource=admin&replicaSet=atlas-${it.letters(6)}-shard-0`,
    standardSrv: `mongodb+srv://${name}.${domain}`,
    private: "",
    privateSrv: "",
    privateEndpoints: [],
  };
}

/** An endpoint names its region in Atlas's spelling or in AWS's. */
function awsRegion(it: Named): string {
  return it.text("region").toLowerCase().replaceAll("_", "-") || it.region;
}
