/** Secrets and parameters of the program, with the values that it gives them. */
import { oncePerRecording } from "../../program/reading/once.ts";
import { declared } from "../../program/reading/resources.ts";
import { object, text, textMap } from "../../program/reading/value.ts";
import type { RecordedResource, Recording, Value } from "../../program/recording.ts";

export const SECRET = "aws:secretsmanager/secret:Secret";
export const SECRET_VERSION = "aws:secretsmanager/secretVersion:SecretVersion";
export const PARAMETER = "aws:ssm/parameter:Parameter";
const KEY = "aws:kms/key:Key";

export interface DeclaredValue {
  /** Undefined where only a deployment knows it, e.g. a random password: one is made up then. */
  value: string | undefined;
  isBinary: boolean;
}

export interface DeclaredSecret {
  arn: string;
  name: string;
  description?: string;
  tags?: Record<string, string>;
  /** Key of the program that it is encrypted with, where IAM alone decides about that. */
  kmsKeyArn?: string;
  /** Absent: no version is declared, so it has no value until somebody puts one. */
  current?: DeclaredValue & { versionId?: string };
}

export interface DeclaredParameter {
  arn: string;
  /** With its slash, as the program calls it. */
  name: string;
  type: "String" | "StringList" | "SecureString";
  dataType: string;
  kmsKeyArn?: string;
  value: string | undefined;
}

/** Asked for with every call of a function. */
export const readSecrets = oncePerRecording((recording): readonly DeclaredSecret[] => {
  const versions = declared(recording, SECRET_VERSION);
  return declared(recording, SECRET).map((resource) => {
    const { inputs, outputs } = resource;
    const arn = text(outputs.arn) ?? "";
    const name = text(outputs.name) ?? resource.name;
    const description = text(inputs.description);
    const tags = textMap(inputs.tags);
    const kmsKeyArn = judgedKey(inputs.kmsKeyId, recording);
    const version = versions.findLast((one) => {
      const meant = text(one.inputs.secretId);
      return meant === arn || meant === name || meant === resource.id;
    });
    return {
      arn,
      name,
      ...(description === undefined ? {} : { description }),
      ...(tags ? { tags } : {}),
      ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
      ...(version ? { current: currentOf(version) } : {}),
    };
  });
});

function currentOf({ inputs, outputs }: RecordedResource): DeclaredSecret["current"] {
  const binary = inputs.secretBinary;
  const isBinary = binary !== undefined && binary !== null;
  const value = text(isBinary ? binary : (inputs.secretString ?? inputs.secretStringWo));
  const versionId = text(outputs.versionId);
  return { value, isBinary, ...(versionId === undefined ? {} : { versionId }) };
}

export const readParameters = oncePerRecording((recording): readonly DeclaredParameter[] =>
  declared(recording, PARAMETER).map(({ inputs, outputs, name: logicalName }) => {
    const type = text(inputs.type);
    const isSecure = type === "SecureString";
    const kmsKeyArn = isSecure ? judgedKey(inputs.keyId, recording) : undefined;
    return {
      arn: text(outputs.arn) ?? "",
      name: text(outputs.name) ?? logicalName,
      type: isSecure || type === "StringList" ? type : "String",
      dataType: text(inputs.dataType) ?? "text",
      value: text(inputs.value ?? inputs.insecureValue ?? inputs.valueWo),
      ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
    };
  }),
);

/** A key without a policy of its own leaves everything to IAM; what another says is not judged here. */
function judgedKey(reference: Value | undefined, recording: Recording): string | undefined {
  const named = text(reference);
  if (named === undefined) return undefined;
  const key = declared(recording, KEY).find(({ id, outputs }) =>
    [id, text(outputs.arn), text(outputs.keyId)].includes(named),
  );
  if (!key || Object.keys(object(key.inputs)).includes("policy")) return undefined;
  return text(key.outputs.arn);
}
