/** Security schemes of an OpenAPI document that API Gateway makes authorizers of, in the form of declared inputs. */
import { list, object, text, texts } from "../../../program/reading/value.ts";
import type { RecordedResource, Values } from "../../../program/recording.ts";
import { documentOf, type Operation, operationsOf } from "./body.ts";

const AUTHORIZER = "x-amazon-apigateway-authorizer";
const KIND = "x-amazon-apigateway-authtype";

/** By name, of version 3 and version 2. */
export function schemesOf({ components, securityDefinitions }: Values): Values {
  return { ...object(object(components).securitySchemes), ...object(securityDefinitions) };
}

/** What a method says that is let in by this scheme; a scheme that is none of API Gateway's stays a name that nobody knows. */
export function asMethodAuthorization(name: string, operation: Operation, document: Values): Values {
  const scheme = object(schemesOf(document)[name]);
  if (text(scheme[KIND])?.toLowerCase() === "awssigv4") return { authorization: "AWS_IAM" };
  const written = writtenAuthorizer(name, scheme);
  if (!written) return { authorization: name };
  const security = operation.declared.security ?? document.security;
  const [scopes] = list(security).map((one) => texts(object(one)[name]));
  return {
    authorization: written.type === "COGNITO_USER_POOLS" ? "COGNITO_USER_POOLS" : "CUSTOM",
    authorizationScopes: scopes ?? [],
    writtenAuthorizer: written,
  };
}

/** As an `aws:apigateway/authorizer:Authorizer` says it. */
function writtenAuthorizer(name: string, scheme: Values): Values | undefined {
  const declared = object(scheme[AUTHORIZER]);
  const type = text(declared.type)?.toUpperCase();
  if (type === undefined) return undefined;
  return {
    name,
    type,
    providerArns: declared.providerARNs ?? null,
    authorizerUri: declared.authorizerUri ?? null,
    authorizerCredentials: declared.authorizerCredentials ?? null,
    authorizerResultTtlInSeconds: declared.authorizerResultTtlInSeconds ?? null,
    identityValidationExpression: declared.identityValidationExpression ?? null,
    identitySource:
      declared.identitySource ?? `method.request.header.${text(scheme.name) ?? "Authorization"}`,
  };
}

export interface WrittenPool {
  name: string;
  providerArns: string[];
  scopes: string[];
}

/** Authorizers of the document that trust user pools, with what its operations ask of each. */
export function poolAuthorizers(api: RecordedResource): WrittenPool[] {
  const document = documentOf(api);
  const methods = operationsOf(api).flatMap((operation) =>
    operation.schemes.map((name) => asMethodAuthorization(name, operation, document)),
  );
  return Object.keys(schemesOf(document)).flatMap((name) => {
    const written = writtenAuthorizer(name, object(schemesOf(document)[name]));
    if (written?.type !== "COGNITO_USER_POOLS") return [];
    const scopes = methods
      .filter(({ writtenAuthorizer: of }) => text(object(of).name) === name)
      .flatMap(({ authorizationScopes }) => texts(authorizationScopes));
    return [{ name, providerArns: texts(written.providerArns), scopes }];
  });
}
