import type { Mutants } from "../support/mutant.ts";
import { wrong } from "../support/other-kinds.ts";

export const databasesMutants: Mutants = {
  "rds/not-public": [
    wrong("a database has a public address", "aws:rds/instance:Instance", { publiclyAccessible: true }),
    wrong("an instance of a cluster has one", "aws:rds/clusterInstance:ClusterInstance", {
      publiclyAccessible: true,
    }),
  ],
  "rds/encryption": [
    wrong("a database is not encrypted", "aws:rds/instance:Instance", { storageEncrypted: undefined }),
    wrong("a cluster of databases is not", "aws:rds/cluster:Cluster", { storageEncrypted: false }),
  ],
  "rds/deletion-protection": [
    wrong("a database can be deleted", "aws:rds/instance:Instance", { deletionProtection: undefined }),
  ],
  "rds/backups": [
    wrong("a database keeps no backups", "aws:rds/instance:Instance", { backupRetentionPeriod: 0 }),
    wrong("a database goes without a snapshot", "aws:rds/cluster:Cluster", { skipFinalSnapshot: true }),
  ],
  "rds/no-password": [
    wrong("a database has a password of the program's", "aws:rds/instance:Instance", {
      manageMasterUserPassword: undefined,
      password: { $: "secret", value: "battery staple" },
    }),
  ],
  "caches/encryption": [
    wrong("a cache is read over plain TCP", "aws:elasticache/replicationGroup:ReplicationGroup", {
      transitEncryptionEnabled: false,
    }),
  ],
  "search/closed": [
    wrong("a search domain is on the internet", "aws:opensearch/domain:Domain", { vpcOptions: undefined }),
    wrong("a search domain answers plain HTTP", "aws:opensearch/domain:Domain", {
      domainEndpointOptions: {},
    }),
  ],
  "stores/encryption": [
    wrong("a stream is not encrypted", "aws:kinesis/stream:Stream", { encryptionType: "NONE" }),
    wrong("a file system is not", "aws:efs/fileSystem:FileSystem", { encrypted: undefined }),
  ],
  "stores/not-public": [
    wrong("a warehouse has a public address", "aws:redshift/cluster:Cluster", { publiclyAccessible: true }),
  ],
};
