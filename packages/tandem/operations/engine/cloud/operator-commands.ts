/**
 * Commands of `aws` that docs/operations.md has a person type: restores, dead letters, old versions. They look up what they are
 * given, and refuse it where the service would; these clouds hold no data, so what a table or a queue has in it is made up.
 */
import { ACCOUNT_ID } from "../../../program/reading/arn.ts";
import type { CloudResource, Store } from "./store.ts";

type Option = (name: string) => string;

const TABLE = "aws:dynamodb/table:Table";

/** What a restored table comes without. */
const left = { pointInTimeRecovery: { enabled: false }, deletionProtectionEnabled: false };

export function operatorCommands(store: Store, option: Option): Record<string, () => unknown> {
  const there = (type: string, id: string): CloudResource => {
    const found = store.find(type, id);
    if (found === undefined) throw new Error(`ResourceNotFoundException: there is no ${type} ${id}`);
    return found;
  };
  const queueNamed = (name: string | undefined): CloudResource => {
    const found = store.ofType("aws:sqs/queue:Queue").find(({ inputs }) => inputs.name === name);
    if (found === undefined) throw new Error(`QueueDoesNotExist: ${name}`);
    return found;
  };
  const restore = (from: CloudResource, name: string) => {
    if (store.find(TABLE, name))
      throw new Error(`TableAlreadyExistsException: Table already exists: ${name}`);
    const { tags: _, ...inputs } = from.inputs;
    store.put({ ...from, id: name, importId: name, inputs: { ...inputs, ...left, name } });
    return { TableDescription: { TableName: name, TableStatus: "CREATING" } };
  };
  const backupOf = ({ id }: CloudResource) =>
    `arn:aws:dynamodb:eu-central-1:${ACCOUNT_ID}:table/${id}/backup/last`;
  const gone = () => store.gone(TABLE).filter(isRecoverable);
  const bucketWithVersions = () => {
    there("aws:s3/bucket:Bucket", option("bucket"));
    const kept = store
      .ofType("aws:s3/bucketVersioning:BucketVersioning")
      .find(({ inputs }) => inputs.bucket === option("bucket"));
    if (kept === undefined) throw new Error(`${option("bucket")} keeps no versions`);
  };
  return {
    "aws dynamodb restore-table-to-point-in-time": () => {
      const source = there(TABLE, option("source-table-name"));
      if (!isRecoverable(source)) throw new Error("PointInTimeRecoveryUnavailableException");
      if (Number.isNaN(Date.parse(option("restore-date-time"))))
        throw new Error("InvalidRestoreTimeException");
      return restore(source, option("target-table-name"));
    },
    "aws dynamodb list-backups": () => ({
      BackupSummaries: gone()
        .filter(({ id }) => id === option("table-name"))
        .map((table) => ({
          TableName: table.id,
          BackupArn: backupOf(table),
          BackupName: `${table.id}$DeletedTableBackup`,
          BackupType: option("backup-type"),
        })),
    }),
    "aws dynamodb restore-table-from-backup": () => {
      const table = gone().find((candidate) => backupOf(candidate) === option("backup-arn"));
      if (table === undefined) throw new Error(`BackupNotFoundException: ${option("backup-arn")}`);
      return restore(table, option("target-table-name"));
    },
    "aws dynamodb delete-table": () => {
      const table = there(TABLE, option("table-name"));
      if (table.inputs.deletionProtectionEnabled === true) throw new Error("ValidationException: protected");
      store.remove(table);
      return { TableDescription: { TableName: table.id, TableStatus: "DELETING" } };
    },
    "aws s3api list-object-versions": () => {
      bucketWithVersions();
      return { Versions: [{ Key: option("prefix"), VersionId: "older", IsLatest: false }] };
    },
    "aws s3api copy-object": () => {
      bucketWithVersions();
      if (option("copy-source") !== `${option("bucket")}/${option("key")}?versionId=older`) {
        throw new Error(`NoSuchVersion: ${option("copy-source")}`);
      }
      return { CopySourceVersionId: "older" };
    },
    "aws sqs receive-message": () => {
      queueNamed(option("queue-url").split("/").at(-1));
      return { Messages: [{ Body: JSON.stringify({ requestPayload: { Records: [] } }) }] };
    },
    "aws sqs start-message-move-task": () => {
      const dead = queueNamed(option("source-arn").split(":").at(-1));
      const source = store
        .ofType("aws:sqs/queue:Queue")
        .find(({ inputs }) => String(inputs.redrivePolicy).includes(`:${dead.inputs.name}"`));
      if (source === undefined) throw new Error(`${dead.inputs.name} holds the dead letters of no queue`);
      return { TaskHandle: "task" };
    },
    "aws lambda invoke": () => {
      const [name, qualifier] = option("function-name").split(":");
      const alias = store
        .ofType("aws:lambda/alias:Alias")
        .find(({ inputs }) => inputs.functionName === name && inputs.name === qualifier);
      if (alias === undefined) throw new Error(`ResourceNotFoundException: ${option("function-name")}`);
      return { StatusCode: 200, ExecutedVersion: alias.inputs.functionVersion };
    },
  };
}

function isRecoverable({ inputs }: CloudResource): boolean {
  return (inputs.pointInTimeRecovery as { enabled?: boolean } | undefined)?.enabled === true;
}
