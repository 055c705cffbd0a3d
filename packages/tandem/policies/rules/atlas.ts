import type { RecordedResource, Recording, Value } from "../../program/recording.ts";
import { stackUrn } from "../../program/urns.ts";
import { isInternet } from "../addresses.ts";
import { type AtlasTier, connectionLimits, isDedicated } from "../atlas-tiers.ts";
import { functionType } from "../functions.ts";
import { at, holds, number, objects, ofType, pointing, shown, text, textsIn, written } from "../reading.ts";
import { each, type Rule } from "../rule.ts";
import { holdsPassword } from "../secrets.ts";

const clusterType = "mongodbatlas:index/advancedCluster:AdvancedCluster";
const scheduleType = "mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule";

const sizePath = "replicationSpecs.0.regionConfigs.0.electableSpecs.instanceSize";
/** Days of which every second can be restored. */
const restoreWindow = 7;
/** Atlas calls M10 and M20 fit for development only. */
const tooSmall = ["M0", "M10", "M20", undefined];
/** Share of a cluster's connections that may be planned with. */
const plannedShare = 0.8;
/** With fewer there is no majority once one is lost. */
const fewestNodes = 3;
const wideRoles = /^(atlasAdmin|backup|clusterMonitor|enableSharding|\w+AnyDatabase)$/;
/** What a driver's pool holds where the address says nothing. */
const defaultPoolSize = 100;

export const atlasRules: Rule[] = [
  {
    id: "atlas/tls",
    standards: [],
    title: "A dedicated cluster takes TLS 1.2 and newer only",
    remedy: 'Set `advancedConfiguration.minimumEnabledTlsProtocol: "TLS1_2"`.',
    check: eachDedicated((cluster) => {
      const protocol = at(cluster, "advancedConfiguration.minimumEnabledTlsProtocol");
      return holds(protocol, (value) => value === "TLS1_2")
        ? undefined
        : `lowest protocol is ${shown(protocol)}`;
    }),
  },
  {
    id: "atlas/no-open-access",
    standards: [],
    title: "A database of production is not reached from the whole internet",
    remedy: "Name the addresses, or use the private network (config `atlasAccess`, `networkZones`).",
    onlyInProduction: true,
    waivable: false,
    check: each("mongodbatlas:index/projectIpAccessList:ProjectIpAccessList", (entry) => {
      const address = text(entry, "cidrBlock") ?? text(entry, "ipAddress");
      return address !== undefined && isInternet(address) ? `lets in ${address}` : undefined;
    }),
  },
  {
    id: "atlas/no-password",
    standards: [],
    title: "Database users prove who they are with their IAM role; there is no password to leak",
    remedy: 'Use `awsIamType: "ROLE"` and leave `password` out of users and connection strings.',
    waivable: false,
    check: (recording) => [
      ...each("mongodbatlas:index/databaseUser:DatabaseUser", (user) =>
        at(user, "password") === undefined ? undefined : "has a password",
      )(recording),
      ...outputsWithPassword(recording),
    ],
  },
  {
    id: "atlas/narrow-users",
    standards: [],
    title: "A database user reaches the databases of its own service only",
    remedy: "Give it `read` or `readWrite` on a named database.",
    check: each("mongodbatlas:index/databaseUser:DatabaseUser", (user) => {
      const wide = objects(user, "roles")
        .map(({ roleName }) => written(roleName))
        .filter((role) => wideRoles.test(role));
      return wide.length > 0 ? `has the role ${wide.join(", ")}` : undefined;
    }),
  },
  {
    id: "atlas/three-nodes",
    standards: [],
    title: `A cluster of production elects another primary when one node is lost: ${fewestNodes} nodes or more`,
    remedy: `Set \`electableSpecs.nodeCount\` to ${fewestNodes} or more, over all regions together.`,
    onlyInProduction: true,
    check: eachDedicated((cluster) => {
      const nodes = electableNodes(cluster);
      return nodes < fewestNodes ? `has ${nodes} electable nodes` : undefined;
    }),
  },
  {
    id: "atlas/backup",
    standards: [],
    title: "A cluster of production is backed up",
    remedy: "Set `backupEnabled: true`.",
    onlyInProduction: true,
    check: eachDedicated((cluster) =>
      holds(at(cluster, "backupEnabled"), (value) => value === true) ? undefined : "no backup",
    ),
  },
  {
    id: "atlas/point-in-time",
    standards: [],
    title: `Any second of the last ${restoreWindow} days can be restored`,
    remedy: `Set \`pitEnabled: true\`, and \`restoreWindowDays: ${restoreWindow}\` in a CloudBackupSchedule.`,
    onlyInProduction: true,
    check: eachDedicated((cluster, recording) => {
      if (!holds(at(cluster, "pitEnabled"), (value) => value === true)) return "pitEnabled is off";
      const schedules = pointing(recording, scheduleType, "clusterName", cluster);
      return schedules.some((schedule) =>
        holds(at(schedule, "restoreWindowDays"), (value) => number(value) >= restoreWindow),
      )
        ? undefined
        : `no schedule keeps ${restoreWindow} days`;
    }),
  },
  {
    id: "atlas/lasting-backups",
    standards: [],
    title: "Backups of a cluster of production outlive it, and what makes them does not go before it",
    remedy: "Set `retainBackupsEnabled: true`, and `protect` on the CloudBackupSchedule.",
    onlyInProduction: true,
    check: eachDedicated((cluster, recording) => {
      if (!holds(at(cluster, "retainBackupsEnabled"), (value) => value === true))
        return "its backups go with it";
      const schedules = pointing(recording, scheduleType, "clusterName", cluster);
      return schedules.some(({ protect }) => !protect) ? "its backup schedule is not protected" : undefined;
    }),
  },
  {
    id: "atlas/termination-protection",
    standards: [],
    title: "Atlas refuses to end a cluster of production",
    remedy: "Set `terminationProtectionEnabled: true`.",
    onlyInProduction: true,
    check: eachDedicated((cluster) =>
      holds(at(cluster, "terminationProtectionEnabled"), (value) => value === true)
        ? undefined
        : "can be ended with one call",
    ),
  },
  {
    id: "atlas/no-javascript",
    standards: [],
    title: "The server runs no JavaScript that came with a query",
    remedy: "Set `advancedConfiguration.javascriptEnabled: false`.",
    check: eachDedicated((cluster) =>
      holds(at(cluster, "advancedConfiguration.javascriptEnabled"), (value) => value === false)
        ? undefined
        : "JavaScript is on",
    ),
  },
  {
    id: "atlas/tier",
    standards: [],
    title: "A cluster of production carries real load: M30 or larger",
    remedy: "Raise config `atlasTier`.",
    onlyInProduction: true,
    check: each(clusterType, (cluster) => {
      const size = text(cluster, sizePath);
      return tooSmall.includes(size) ? `is of tier ${size ?? "FLEX"}` : undefined;
    }),
  },
  {
    id: "atlas/connections",
    standards: [],
    title: `Functions open at most ${plannedShare * 100} % of the connections their cluster takes`,
    remedy: "Lower `reservedConcurrency`, or raise `atlasTier`.",
    check: each(clusterType, (cluster, recording) => {
      const limit = Math.floor(connectionLimits[tierOf(cluster)] * plannedShare);
      const planned = connectedFunctions(recording, cluster)
        .map(connectionsOf)
        .reduce((sum, connections) => sum + connections, 0);
      return planned > limit ? `${planned} connections are possible, ${limit} may be planned` : undefined;
    }),
  },
];

function eachDedicated(
  judge: (cluster: RecordedResource, recording: Recording) => string | undefined,
): Rule["check"] {
  return each(clusterType, (cluster, recording) =>
    isDedicated(tierOf(cluster)) ? judge(cluster, recording) : undefined,
  );
}

/** Three where a region says nothing; what is not known yet is taken for enough. */
function electableNodes(cluster: RecordedResource): number {
  const counts = objects(cluster, "replicationSpecs")
    .flatMap(({ regionConfigs }) => (Array.isArray(regionConfigs) ? regionConfigs : []))
    .map(
      (config) => (config as { electableSpecs?: { nodeCount?: Value } } | null)?.electableSpecs?.nodeCount,
    );
  return counts.reduce<number>(
    (sum, count) => sum + (typeof count === "number" ? count : fewestNodes),
    counts.length === 0 ? fewestNodes : 0,
  );
}

/** Flex clusters name no size. */
function tierOf(cluster: RecordedResource): AtlasTier {
  const size = text(cluster, sizePath) ?? "FLEX";
  return size in connectionLimits ? (size as AtlasTier) : "M80";
}

function outputsWithPassword(recording: Recording) {
  return Object.entries(recording.outputs)
    .filter(([, value]) => [...textsIn(value)].some(({ text }) => holdsPassword(text)))
    .flatMap(([name]) => [{ urn: stackUrn(recording), message: `output ${name} holds a password` }]);
}

/** Functions whose role is a user of the cluster. */
function connectedFunctions(recording: Recording, cluster: RecordedResource): RecordedResource[] {
  const roles = pointing(
    recording,
    "mongodbatlas:index/databaseUser:DatabaseUser",
    "scopes",
    cluster,
  ).flatMap((user) => user.propertyDependencies.username ?? []);
  return ofType(recording, functionType).filter((lambda) =>
    lambda.propertyDependencies.role?.some((role) => roles.includes(role)),
  );
}

/** Each worker has its pool and one connection over which the driver watches the cluster; none where no address is known yet. */
function connectionsOf(lambda: RecordedResource): number {
  // Without a reservation the account's limit bounds it, which is nobody's plan: it is counted as one worker.
  const workers = number(at(lambda, "reservedConcurrentExecutions") ?? 1);
  const variables = [...textsIn(at(lambda, "environment.variables"))].map(({ text }) => text);
  const address = variables.find((variable) => /^mongodb(\+srv)?:/.test(variable));
  if (address === undefined) return 0;
  const poolSize = /[?&]maxPoolSize=(\d+)/.exec(address)?.[1] ?? defaultPoolSize;
  return workers * (Number(poolSize) + 1);
}
