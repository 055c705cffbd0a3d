import type { RecordedResource, Recording, Value } from "../../program/recording.ts";
import { stackUrn } from "../../program/urns.ts";
import { isInternet } from "../addresses.ts";
import { type AtlasTier, connectionLimits, isDedicated } from "../atlas-tiers.ts";
import { FUNCTION_TYPE } from "../functions.ts";
import { at, holds, number, objects, ofType, pointing, shown, text, textsIn, written } from "../reading.ts";
import { each, type Rule } from "../rule.ts";
import { holdsPassword } from "../secrets.ts";

const CLUSTER_TYPE = "mongodbatlas:index/advancedCluster:AdvancedCluster";
const SCHEDULE_TYPE = "mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule";

const SIZE_PATH = "replicationSpecs.0.regionConfigs.0.electableSpecs.instanceSize";
/** Days of which every second can be restored. */
const RESTORE_WINDOW = 7;
/** Atlas calls M10 and M20 fit for development only. */
const tooSmall = ["M0", "M10", "M20", undefined];
/** Share of a cluster's connections that may be planned with. */
const PLANNED_SHARE = 0.8;
/** With fewer there is no majority once one is lost. */
const FEWEST_NODES = 3;
const WIDE_ROLES = /^(atlasAdmin|backup|clusterMonitor|enableSharding|\w+AnyDatabase)$/;
/** What a driver's pool holds where the address says nothing. */
const DEFAULT_POOL_SIZE = 100;

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
        .filter((role) => WIDE_ROLES.test(role));
      return wide.length > 0 ? `has the role ${wide.join(", ")}` : undefined;
    }),
  },
  {
    id: "atlas/three-nodes",
    standards: [],
    title: `A cluster of production elects another primary when one node is lost: ${FEWEST_NODES} nodes or more`,
    remedy: `Set \`electableSpecs.nodeCount\` to ${FEWEST_NODES} or more, over all regions together.`,
    onlyInProduction: true,
    check: eachDedicated((cluster) => {
      const nodes = electableNodes(cluster);
      return nodes < FEWEST_NODES ? `has ${nodes} electable nodes` : undefined;
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
    title: `Any second of the last ${RESTORE_WINDOW} days can be restored`,
    remedy: `Set \`pitEnabled: true\`, and \`restoreWindowDays: ${RESTORE_WINDOW}\` in a CloudBackupSchedule.`,
    onlyInProduction: true,
    check: eachDedicated((cluster, recording) => {
      if (!holds(at(cluster, "pitEnabled"), (value) => value === true)) return "pitEnabled is off";
      const schedules = pointing(recording, SCHEDULE_TYPE, "clusterName", cluster);
      return schedules.some((schedule) =>
        holds(at(schedule, "restoreWindowDays"), (value) => number(value) >= RESTORE_WINDOW),
      )
        ? undefined
        : `no schedule keeps ${RESTORE_WINDOW} days`;
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
      const schedules = pointing(recording, SCHEDULE_TYPE, "clusterName", cluster);
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
    check: each(CLUSTER_TYPE, (cluster) => {
      const size = text(cluster, SIZE_PATH);
      return tooSmall.includes(size) ? `is of tier ${size ?? "FLEX"}` : undefined;
    }),
  },
  {
    id: "atlas/connections",
    standards: [],
    title: `Functions open at most ${PLANNED_SHARE * 100} % of the connections their cluster takes`,
    remedy: "Lower `reservedConcurrency`, or raise `atlasTier`.",
    check: each(CLUSTER_TYPE, (cluster, recording) => {
      const limit = Math.floor(connectionLimits[tierOf(cluster)] * PLANNED_SHARE);
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
  return each(CLUSTER_TYPE, (cluster, recording) =>
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
    (sum, count) => sum + (typeof count === "number" ? count : FEWEST_NODES),
    counts.length === 0 ? FEWEST_NODES : 0,
  );
}

/** Flex clusters name no size. */
function tierOf(cluster: RecordedResource): AtlasTier {
  const size = text(cluster, SIZE_PATH) ?? "FLEX";
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
  return ofType(recording, FUNCTION_TYPE).filter((lambda) =>
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
  const poolSize = /[?&]maxPoolSize=(\d+)/.exec(address)?.[1] ?? DEFAULT_POOL_SIZE;
  return workers * (Number(poolSize) + 1);
}
