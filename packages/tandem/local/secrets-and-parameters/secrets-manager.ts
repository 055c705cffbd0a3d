/** Secrets Manager as programs use it when they run: values read and put. Everything else is refused by name. */

import { ACCOUNT_ID } from "../../program/reading/arn.ts";
import type { JsonObject } from "../../shared/json.ts";
import type { Call } from "../iam/evaluate.ts";
import { ApiError, type ApiOperation, NotHere, type Operations, textOf } from "../other-services/json-api.ts";
import type { DeclaredSecret } from "./declared.ts";
import { CURRENT, type KeptValues, PREVIOUS, type Version } from "./kept-values.ts";

/** Bytes of a value. */
const LARGEST_VALUE = 65_536;
/** Secrets that one call reads. */
const MOST_READ = 20;
const NOT_FOUND = "Secrets Manager can't find the specified secret";

export function secretsManager(
  secrets: () => readonly DeclaredSecret[],
  values: () => KeptValues,
): Operations {
  /** By ARN, by ARN without the six characters at its end, or by name. */
  const find = (id: string) =>
    secrets().find(({ arn, name }) => id === arn || id === name || id === arn.replace(/-\w{6}$/, ""));

  const named = ({ SecretId }: JsonObject): string => {
    const id = textOf(SecretId);
    if (id) return id;
    throw new ApiError("InvalidParameterException", "You must provide a value for the SecretId parameter.");
  };

  /** Judged before it is known whether the secret is there: nobody learns of what he may not see. */
  const allowed = (
    id: string,
    action: string,
    may: (...calls: Call[]) => void,
    region: string,
    stage?: string,
  ) => {
    const secret = find(id);
    const resource =
      secret?.arn ??
      (id.startsWith("arn:") ? id : `arn:aws:secretsmanager:${region}:${ACCOUNT_ID}:secret:${id}`);
    const context = {
      "secretsmanager:secretid": [secret?.arn ?? id],
      ...(stage === undefined ? {} : { "secretsmanager:versionstage": [stage] }),
    };
    const call: Call = { action: `secretsmanager:${action}`, resource, context };
    const readsValue = action !== "DescribeSecret";
    may(
      call,
      ...(readsValue && secret?.kmsKeyArn !== undefined ? keyCalls(action, secret.kmsKeyArn, region) : []),
    );
    if (!secret) throw new ApiError("ResourceNotFoundException", `${NOT_FOUND}.`);
    return secret;
  };

  const versionOf = ({ arn }: DeclaredSecret, { VersionId, VersionStage }: JsonObject): Version => {
    const [id, stage] = [textOf(VersionId), textOf(VersionStage)];
    const found = values()
      .versions(arn)
      .find(
        (one) =>
          (id === undefined || one.id === id) &&
          (id !== undefined && stage === undefined ? true : one.stages.includes(stage ?? CURRENT)),
      );
    if (found) return found;
    const what = id === undefined ? `staging label: ${stage ?? CURRENT}` : `VersionId: ${id}`;
    throw new ApiError("ResourceNotFoundException", `${NOT_FOUND} value for ${what}`);
  };

  const readValue: ApiOperation = (input, may, region) => {
    const secret = allowed(
      named(input),
      "GetSecretValue",
      may,
      region,
      textOf(input.VersionStage) ?? CURRENT,
    );
    const { id, stages, value, isBinary, created } = versionOf(secret, input);
    return {
      ARN: secret.arn,
      CreatedDate: created,
      Name: secret.name,
      ...(isBinary ? { SecretBinary: value } : { SecretString: value }),
      VersionId: id,
      VersionStages: stages,
    };
  };

  return {
    GetSecretValue: readValue,

    BatchGetSecretValue: (input, may, region) => {
      if (input.Filters !== undefined)
        throw new NotHere(
          "BatchGetSecretValue: the local Secrets Manager knows no Filters, name the secrets",
        );
      const ids = Array.isArray(input.SecretIdList) ? input.SecretIdList.map(String) : [];
      if (ids.length === 0 || ids.length > MOST_READ)
        throw new ApiError("InvalidParameterException", `SecretIdList must have 1 to ${MOST_READ} secrets.`);
      may({ action: "secretsmanager:BatchGetSecretValue", resource: "*", context: {} });
      const SecretValues: JsonObject[] = [];
      const Errors: JsonObject[] = [];
      for (const SecretId of ids) {
        try {
          SecretValues.push(readValue({ SecretId }, may, region));
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
          Errors.push({ SecretId, ErrorCode: error.name, Message: error.message });
        }
      }
      return { SecretValues, Errors };
    },

    DescribeSecret: (input, may, region) => {
      const secret = allowed(named(input), "DescribeSecret", may, region);
      const versions = values().versions(secret.arn);
      const labelled = versions.filter(({ stages }) => stages.length > 0);
      const first = versions[0]?.created;
      return {
        ARN: secret.arn,
        Name: secret.name,
        ...(secret.description === undefined ? {} : { Description: secret.description }),
        ...(secret.kmsKeyArn === undefined ? {} : { KmsKeyId: secret.kmsKeyArn }),
        ...(first === undefined ? {} : { CreatedDate: first, LastChangedDate: versions.at(-1)?.created }),
        ...(secret.tags ? { Tags: Object.entries(secret.tags).map(([Key, Value]) => ({ Key, Value })) } : {}),
        VersionIdsToStages: Object.fromEntries(labelled.map(({ id, stages }) => [id, stages])),
      };
    },

    PutSecretValue: (input, may, region) => {
      const secret = allowed(named(input), "PutSecretValue", may, region);
      const { SecretString, SecretBinary, ClientRequestToken } = input;
      const value = textOf(SecretString) ?? textOf(SecretBinary);
      if (value === undefined || (SecretString !== undefined && SecretBinary !== undefined))
        throw new ApiError(
          "InvalidParameterException",
          "You must provide either SecretString or SecretBinary.",
        );
      if (Buffer.byteLength(value) > LARGEST_VALUE)
        throw new ApiError("InvalidParameterException", `The secret value is over ${LARGEST_VALUE} bytes.`);
      const id = textOf(ClientRequestToken);
      const stages = Array.isArray(input.VersionStages) ? input.VersionStages.map(String) : [CURRENT];
      const isBinary = SecretBinary !== undefined;
      const before = values()
        .versions(secret.arn)
        .find((one) => one.id === id);
      if (before && before.value !== value)
        throw new ApiError(
          "ResourceExistsException",
          `You can't use ClientRequestToken ${id} because that value is already in use for a version of secret ${secret.arn}.`,
        );
      // The same request once more changes nothing.
      const put =
        before ?? values().put(secret.arn, { value, isBinary, stages, ...(id === undefined ? {} : { id }) });
      return {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: put.id,
        VersionStages: put.stages.filter((stage) => stage !== PREVIOUS),
      };
    },
  };
}

function keyCalls(action: string, key: string, region: string): Call[] {
  const context = { "kms:viaservice": [`secretsmanager.${region}.amazonaws.com`] };
  const decrypt: Call = { action: "kms:Decrypt", resource: key, context };
  return action === "PutSecretValue" ? [{ ...decrypt, action: "kms:GenerateDataKey" }, decrypt] : [decrypt];
}
