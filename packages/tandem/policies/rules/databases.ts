/** Databases beside DynamoDB and Atlas: reachable, encrypted, kept. */
import { number } from "../reading.ts";
import { type Rule, setting } from "../rule.ts";

const INSTANCE = "aws:rds/instance:Instance";
const CLUSTER = "aws:rds/cluster:Cluster";
const CLUSTER_INSTANCE = "aws:rds/clusterInstance:ClusterInstance";
/** Days of backups that a database of production keeps at least. */
const FEWEST_BACKUP_DAYS = 7;

export const databaseRules: Rule[] = [
  {
    id: "rds/not-public",
    standards: ["RDS.2", "CKV_AWS_17", "AwsSolutions-RDS2"],
    title: "No relational database has a public address",
    remedy: "Leave `publiclyAccessible` out, and reach it from inside its network.",
    waivable: false,
    check: setting(
      [INSTANCE, CLUSTER_INSTANCE],
      "publiclyAccessible",
      (value) => value !== true,
      "has a public address",
    ),
  },
  {
    id: "rds/encryption",
    standards: ["RDS.3", "RDS.27", "CKV_AWS_16", "CKV_AWS_96", "AwsSolutions-RDS2"],
    title: "Relational databases are encrypted",
    remedy: "Set `storageEncrypted: true`; it cannot be turned on later.",
    check: setting(
      [INSTANCE, CLUSTER],
      "storageEncrypted",
      (value, { inputs }) => {
        // A member of a cluster, and a replica, are encrypted as what they belong to.
        return value === true || inputs.replicateSourceDb !== undefined;
      },
      "is not encrypted",
    ),
  },
  {
    id: "rds/deletion-protection",
    standards: ["RDS.7", "RDS.8", "CKV_AWS_293", "AwsSolutions-RDS10"],
    title: "AWS refuses to delete a relational database of production",
    remedy: "Set `deletionProtection: true`.",
    onlyInProduction: true,
    check: setting(
      [INSTANCE, CLUSTER],
      "deletionProtection",
      (value) => value === true,
      "can be deleted with one call",
    ),
  },
  {
    id: "rds/backups",
    standards: ["RDS.11", "CKV_AWS_133", "AwsSolutions-RDS13"],
    title: `A relational database of production keeps ${FEWEST_BACKUP_DAYS} days of backups, and a last snapshot when it goes`,
    remedy: `Set \`backupRetentionPeriod\` to ${FEWEST_BACKUP_DAYS} or more, and leave \`skipFinalSnapshot\` out.`,
    onlyInProduction: true,
    check: (recording) => [
      ...setting(
        [INSTANCE, CLUSTER],
        "backupRetentionPeriod",
        (value, { inputs }) => {
          return number(value) >= FEWEST_BACKUP_DAYS || inputs.replicateSourceDb !== undefined;
        },
        "keeps too few backups",
      )(recording),
      ...setting(
        [INSTANCE, CLUSTER],
        "skipFinalSnapshot",
        (value) => value !== true,
        "goes without a last snapshot",
      )(recording),
    ],
  },
  {
    id: "rds/no-password",
    standards: ["Secrets.1", "CKV_SECRET_6"],
    title: "The password of a relational database is made and kept by AWS",
    remedy: "Set `manageMasterUserPassword: true` instead of `password` or `masterPassword`.",
    check: (recording) => [
      ...setting(
        [INSTANCE],
        "password",
        (value) => value === undefined,
        "has a password of the program's",
      )(recording),
      ...setting(
        [CLUSTER],
        "masterPassword",
        (value) => value === undefined,
        "has a password of the program's",
      )(recording),
    ],
  },
  {
    id: "caches/encryption",
    standards: ["ElastiCache.4", "ElastiCache.5", "CKV_AWS_29", "CKV_AWS_30", "AwsSolutions-AEC3"],
    title: "Caches are encrypted, on disk and on the way",
    remedy: "Set `atRestEncryptionEnabled` and `transitEncryptionEnabled` to true.",
    check: (recording) =>
      ["atRestEncryptionEnabled", "transitEncryptionEnabled"].flatMap((property) =>
        setting(
          ["aws:elasticache/replicationGroup:ReplicationGroup"],
          property,
          (value) => value === true || value === "true",
          "is not encrypted",
        )(recording),
      ),
  },
  {
    id: "search/closed",
    standards: ["Opensearch.1", "Opensearch.2", "Opensearch.3", "Opensearch.8", "CKV_AWS_5", "CKV_AWS_83"],
    title: "A search domain is encrypted, asked over TLS only, and stands in a network",
    remedy:
      "Set `encryptAtRest`, `nodeToNodeEncryption`, `domainEndpointOptions.enforceHttps`, and `vpcOptions`.",
    check: (recording) =>
      (
        [
          ["encryptAtRest.enabled", (value: unknown) => value === true, "is not encrypted on disk"],
          [
            "nodeToNodeEncryption.enabled",
            (value: unknown) => value === true,
            "is not encrypted between its nodes",
          ],
          ["domainEndpointOptions.enforceHttps", (value: unknown) => value === true, "answers plain HTTP"],
          ["vpcOptions", (value: unknown) => value !== undefined, "stands outside of a network"],
        ] as const
      ).flatMap(([path, fits, wrong]) =>
        setting(
          ["aws:opensearch/domain:Domain", "aws:elasticsearch/domain:Domain"],
          path,
          fits,
          wrong,
        )(recording),
      ),
  },
  {
    id: "stores/encryption",
    standards: [
      "EFS.1",
      "DocumentDB.1",
      "Neptune.1",
      "Redshift.10",
      "Kinesis.1",
      "CKV_AWS_42",
      "CKV_AWS_43",
      "CKV_AWS_44",
      "CKV_AWS_64",
      "CKV_AWS_74",
    ],
    title: "File systems, streams and every other store are encrypted",
    remedy: "Turn the named property on.",
    check: (recording) =>
      (
        [
          ["aws:efs/fileSystem:FileSystem", "encrypted"],
          ["aws:docdb/cluster:Cluster", "storageEncrypted"],
          ["aws:neptune/cluster:Cluster", "storageEncrypted"],
          ["aws:redshift/cluster:Cluster", "encrypted"],
          ["aws:ebs/volume:Volume", "encrypted"],
        ] as const
      )
        .flatMap(([type, path]) =>
          setting([type], path, (value) => value === true || value === "true", "is not encrypted")(recording),
        )
        .concat(
          setting(
            ["aws:kinesis/stream:Stream"],
            "encryptionType",
            (value) => value === "KMS",
            "is not encrypted",
          )(recording),
        ),
  },
  {
    id: "stores/not-public",
    standards: ["Redshift.1", "CKV_AWS_87", "DMS.1"],
    title: "No warehouse and no replication server has a public address",
    remedy: "Set `publiclyAccessible: false`.",
    waivable: false,
    check: setting(
      ["aws:redshift/cluster:Cluster", "aws:dms/replicationInstance:ReplicationInstance"],
      "publiclyAccessible",
      (value) => value !== true,
      "has a public address",
    ),
  },
];
