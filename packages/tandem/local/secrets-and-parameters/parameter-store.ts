/** Parameters of Systems Manager as programs use them when they run. Everything else of SSM is refused by name. */
import { createHash } from "node:crypto";
import { ACCOUNT_ID } from "../../program/reading/arn.ts";
import type { JsonObject } from "../../shared/json.ts";
import type { Call } from "../iam/evaluate.ts";
import { ApiError, NotHere, type Operations, textOf } from "../other-services/json-api.ts";
import type { DeclaredParameter } from "./declared.ts";
import type { KeptValues } from "./kept-values.ts";

/** Bytes of a value of the standard tier. */
const LARGEST_VALUE = 4_096;
const MOST_NAMES = 10;

type May = (...calls: Call[]) => void;

export function parameterStore(
  parameters: () => readonly DeclaredParameter[],
  values: () => KeptValues,
): Operations {
  const find = (name: string) => parameters().find((one) => one.name === name || one.arn === name);

  const decrypts = ({ kmsKeyArn }: DeclaredParameter, region: string): Call[] =>
    kmsKeyArn === undefined
      ? []
      : [
          {
            action: "kms:Decrypt",
            resource: kmsKeyArn,
            context: { "kms:viaservice": [`ssm.${region}.amazonaws.com`] },
          },
        ];

  const arnOf = (name: string, region: string) =>
    name.startsWith("arn:")
      ? name
      : `arn:aws:ssm:${region}:${ACCOUNT_ID}:parameter/${name.replace(/^\//, "")}`;

  /** Undefined where the version is not there. */
  const shown = (
    parameter: DeclaredParameter,
    decrypt: boolean,
    selector?: string,
  ): JsonObject | undefined => {
    const versions = values().versions(parameter.arn);
    const number = selector === undefined ? versions.length : Number(selector);
    const version = versions[number - 1];
    if (!version) return undefined;
    const isHidden = parameter.type === "SecureString" && !decrypt;
    return {
      Name: parameter.name,
      Type: parameter.type,
      Value: isHidden ? encrypted(version.value) : version.value,
      Version: number,
      ...(selector === undefined ? {} : { Selector: `:${selector}` }),
      LastModifiedDate: version.created,
      ARN: parameter.arn,
      DataType: parameter.dataType,
    };
  };

  const read = (
    asked: string,
    decrypt: boolean,
  ): { parameter: DeclaredParameter; shown: JsonObject } | undefined => {
    const { name, selector } = parts(asked);
    const parameter = find(name);
    const value = parameter && shown(parameter, decrypt, selector);
    return parameter && value && { parameter, shown: value };
  };

  return {
    GetParameter: (input, may, region) => {
      const asked = named(input.Name);
      const decrypt = input.WithDecryption === true;
      const { name } = parts(asked);
      const parameter = find(name);
      may(
        { action: "ssm:GetParameter", resource: parameter?.arn ?? arnOf(name, region), context: {} },
        ...(parameter && decrypt ? decrypts(parameter, region) : []),
      );
      const found = read(asked, decrypt);
      if (found) return { Parameter: found.shown };
      // AWS says no more.
      throw parameter
        ? new ApiError(
            "ParameterVersionNotFound",
            `Systems Manager could not find version ${parts(asked).selector} of ${name}. Verify the version and try again.`,
          )
        : new ApiError("ParameterNotFound", "");
    },

    GetParameters: (input, may, region) => {
      const names = Array.isArray(input.Names) ? input.Names.map(String) : [];
      if (names.length === 0 || names.length > MOST_NAMES)
        throw new ApiError(
          "ValidationException",
          `1 validation error detected: Value '[${names.join(", ")}]' at 'names' failed to satisfy constraint: Member must have length less than or equal to ${MOST_NAMES}`,
        );
      const decrypt = input.WithDecryption === true;
      const found = names.map((name) => ({ name, ...read(name, decrypt) }));
      may(
        ...found.map(
          ({ name, parameter }): Call => ({
            action: "ssm:GetParameters",
            resource: parameter?.arn ?? arnOf(parts(name).name, region),
            context: {},
          }),
        ),
        ...(decrypt ? found.flatMap(({ parameter }) => (parameter ? decrypts(parameter, region) : [])) : []),
      );
      return {
        Parameters: found.flatMap(({ shown }) => shown ?? []),
        InvalidParameters: found.filter(({ shown }) => !shown).map(({ name }) => name),
      };
    },

    GetParametersByPath: (input, may, region) => {
      const path = named(input.Path);
      if (input.ParameterFilters !== undefined)
        throw new NotHere("GetParametersByPath: the local Parameter Store knows no ParameterFilters");
      if (!path.startsWith("/"))
        throw new ApiError(
          "ValidationException",
          'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/".',
        );
      const below = path.endsWith("/") ? path : `${path}/`;
      const isIn = ({ name }: DeclaredParameter) =>
        name.startsWith(below) && (input.Recursive === true || !name.slice(below.length).includes("/"));
      const all = parameters()
        .filter(isIn)
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const decrypt = input.WithDecryption === true;
      may(
        {
          action: "ssm:GetParametersByPath",
          resource: arnOf(path.replace(/\/$/, "") || "/", region),
          context: { "ssm:recursive": [String(input.Recursive === true)] },
        },
        ...(decrypt ? all.flatMap((parameter) => decrypts(parameter, region)) : []),
      );
      const from = Number(textOf(input.NextToken) ?? 0);
      const most = typeof input.MaxResults === "number" ? input.MaxResults : MOST_NAMES;
      const next = from + most;
      return {
        Parameters: all.slice(from, next).flatMap((parameter) => shown(parameter, decrypt) ?? []),
        ...(next < all.length ? { NextToken: String(next) } : {}),
      };
    },

    PutParameter: (input, may, region) => put(input, may, region),
  };

  function put(input: JsonObject, may: May, region: string): JsonObject {
    const name = named(input.Name);
    const parameter = find(name);
    const context = { "ssm:overwrite": [String(input.Overwrite === true)] };
    may({ action: "ssm:PutParameter", resource: parameter?.arn ?? arnOf(name, region), context });
    if (!parameter)
      throw new NotHere(
        `PutParameter: ${name} is none of the program's parameters, and the local run makes no others`,
      );
    if (input.Overwrite !== true)
      throw new ApiError(
        "ParameterAlreadyExists",
        "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
      );
    const value = textOf(input.Value) ?? "";
    if (Buffer.byteLength(value) > LARGEST_VALUE)
      throw new ApiError(
        "ValidationException",
        `Standard tier parameters support a maximum parameter value of ${LARGEST_VALUE} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html`,
      );
    values().put(parameter.arn, { value });
    return { Version: values().versions(parameter.arn).length, Tier: "Standard" };
  }
}

function named(name: unknown): string {
  const known = textOf(name);
  if (known) return known;
  throw new ApiError(
    "ValidationException",
    "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null",
  );
}

/** `/shop/key:3`; an ARN has colons of its own. */
function parts(asked: string): { name: string; selector?: string } {
  const [, name = asked, selector] = /^(.*?[^:/]):(\d+)$/.exec(asked) ?? [];
  return asked.startsWith("arn:") && !/parameter\/.*:\d+$/.test(asked)
    ? { name: asked }
    : { name, ...(selector === undefined ? {} : { selector }) };
}

/** What a caller gets who does not ask for decryption: the same for the same value, and not the value. */
function encrypted(value: string): string {
  return `AQICAH${createHash("sha256").update(value).digest("base64")}`;
}
