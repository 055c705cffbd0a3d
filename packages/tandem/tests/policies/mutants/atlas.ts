import type { Recording, Value } from "../../../program/recording.ts";
import { add, find, type Mutants, remove, set } from "../support/mutant.ts";

const CLUSTER_TYPE = "mongodbatlas:index/advancedCluster:AdvancedCluster";
const SCHEDULE_TYPE = "mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule";
const SIZE_PATH = "replicationSpecs.0.regionConfigs.0.electableSpecs.instanceSize";

const inCluster = (path: string, value: Value) => (recording: Recording) =>
  set(find(recording, CLUSTER_TYPE), path, value);

export const atlasMutants: Mutants = {
  "atlas/tls": [
    {
      change: "old TLS is taken",
      mutate: inCluster("advancedConfiguration.minimumEnabledTlsProtocol", "TLS1_0"),
    },
  ],
  "atlas/no-open-access": [
    {
      change: "the whole internet may connect",
      mutate: (recording) =>
        add(recording, "mongodbatlas:index/projectIpAccessList:ProjectIpAccessList", {
          cidrBlock: "0.0.0.0/0",
        }),
    },
    {
      change: "half of the internet may connect",
      mutate: (recording) =>
        add(recording, "mongodbatlas:index/projectIpAccessList:ProjectIpAccessList", {
          cidrBlock: "128.0.0.0/1",
        }),
    },
  ],
  "atlas/no-password": [
    {
      change: "a database user has a password",
      mutate: (recording) =>
        set(find(recording, "mongodbatlas:index/databaseUser:DatabaseUser"), "password", {
          $: "secret",
          value: "battery staple",
        }),
    },
    {
      change: "a connection string of the outputs carries a password",
      stack: "dev",
      mutate: (recording) => {
        recording.outputs.connectionString = "mongodb+srv://reader:battery@db.example.com/notes";
      },
    },
  ],
  "atlas/narrow-users": [
    {
      change: "a user may read and write every database",
      mutate: (recording) =>
        set(find(recording, "mongodbatlas:index/databaseUser:DatabaseUser"), "roles", [
          { roleName: "readWriteAnyDatabase", databaseName: "admin" },
        ]),
    },
    {
      change: "a user administers the cluster",
      mutate: (recording) =>
        set(find(recording, "mongodbatlas:index/databaseUser:DatabaseUser"), "roles", [
          { roleName: "atlasAdmin", databaseName: "admin" },
        ]),
    },
  ],
  "atlas/three-nodes": [
    {
      change: "the cluster has one node",
      mutate: (recording) =>
        set(
          find(recording, "mongodbatlas:index/advancedCluster:AdvancedCluster"),
          "replicationSpecs.0.regionConfigs.0.electableSpecs.nodeCount",
          1,
        ),
    },
  ],
  "atlas/backup": [{ change: "there is no backup", mutate: inCluster("backupEnabled", false) }],
  "atlas/point-in-time": [
    { change: "only snapshots can be restored", mutate: inCluster("pitEnabled", false) },
    {
      change: "two days can be restored",
      mutate: (recording) => set(find(recording, SCHEDULE_TYPE), "restoreWindowDays", 2),
    },
    { change: "no schedule says how far back", mutate: (recording) => remove(recording, SCHEDULE_TYPE) },
  ],
  "atlas/lasting-backups": [
    { change: "the backups go with the cluster", mutate: inCluster("retainBackupsEnabled", false) },
    {
      change: "the backup schedule can go before the cluster",
      mutate: (recording) => {
        find(recording, SCHEDULE_TYPE).protect = false;
      },
    },
  ],
  "atlas/termination-protection": [
    { change: "one call ends the cluster", mutate: inCluster("terminationProtectionEnabled", false) },
  ],
  "atlas/no-javascript": [
    {
      change: "queries may carry JavaScript",
      mutate: inCluster("advancedConfiguration.javascriptEnabled", true),
    },
  ],
  "atlas/tier": [{ change: "production runs on M20", mutate: inCluster(SIZE_PATH, "M20") }],
  "atlas/connections": [
    {
      change: "the pools of the workers are too large for the cluster",
      mutate: (recording) => {
        for (const { type, inputs } of recording.resources) {
          if (type !== "aws:lambda/function:Function") continue;
          const { variables } = inputs.environment as { variables: Record<string, string> };
          // More than the largest tier takes, whatever the stack has chosen.
          const address = variables.NOTES_MONGODB_URI;
          if (address) variables.NOTES_MONGODB_URI = address.replace(/maxPoolSize=\d+/, "maxPoolSize=100000");
        }
      },
    },
  ],
};
