/** Gives each route of a program the authorizer that it declares. One that cannot be run here refuses: none is skipped. */

import { ofType } from "../../../program/reading/resources.ts";
import { flag, number, object, text, texts } from "../../../program/reading/value.ts";
import type { RecordedResource, Recording, Values } from "../../../program/recording.ts";
import limits from "../../../shared/aws/limits.cjs";
import type { Guard } from "../../iam/guard.ts";
import type { Invoker } from "../../invocation.ts";
import { wholeText } from "../../time-limit.ts";
import { type Api, type Authorizer, type KeyCheck, OPEN } from "../api.ts";
import type { PoolRules } from "../authorizers/cognito-authorizer.ts";
import { iamAuthorizer } from "../authorizers/iam-authorizer.ts";
import type { JwtRules } from "../authorizers/jwt-authorizer.ts";
import { type LambdaAuthorizerRules, lambdaAuthorizer } from "../authorizers/lambda-authorizer.ts";
import { messageAnswer } from "../http/http-message.ts";
import { trustedPools } from "../issuer/jwt-issuers.ts";
import { judgeKey, KeyUsage } from "../keys/usage-plans.ts";
import { type KeySource, readUsagePlans } from "./read-keys.ts";
import { Targets } from "./targets.ts";

export const V2_AUTHORIZER = "aws:apigatewayv2/authorizer:Authorizer";
export const V1_AUTHORIZER = "aws:apigateway/authorizer:Authorizer";

const DEFAULT_CACHE_SECONDS = 300;

/** What makes JWT authorizers. A type alone, so that a program without them does not load what checks signatures. */
export interface TokenIssuer {
  authorizer(rules: JwtRules): Authorizer;
  poolAuthorizer(rules: PoolRules): Authorizer;
}

export interface AuthorizerNeeds {
  invoker: Invoker;
  /** Knows the keys of this run and what their owners may do. */
  guard: Guard;
  /** What API keys have used so far. */
  usage?: KeyUsage;
  /** Stands in for every other issuer; needed where the program has JWT authorizers. */
  issuer?: TokenIssuer;
}

/** What a reader of APIs asks of it; an API can be read without one, to see its routes only. */
export type RouteAuthorizers = Pick<AuthorizerFactory, "ofHttpRoute" | "ofRestMethod" | "ofComponent"> &
  Partial<Pick<AuthorizerFactory, "keysOf">>;

export class AuthorizerFactory {
  readonly #needs: AuthorizerNeeds;
  readonly #recording: Recording;
  readonly #targets: Targets;
  readonly #usage: KeyUsage;
  readonly #declared: Map<string | undefined, RecordedResource>;
  /** One instance an authorizer and scope list, so that routes share its cache. */
  readonly #made = new Map<string, Authorizer>();

  constructor(recording: Recording, needs: AuthorizerNeeds) {
    this.#needs = needs;
    this.#recording = recording;
    this.#usage = needs.usage ?? new KeyUsage();
    this.#targets = Targets.of(recording);
    const resources = [...ofType(recording, V2_AUTHORIZER), ...ofType(recording, V1_AUTHORIZER)];
    this.#declared = new Map(resources.map((resource) => [resource.id, resource]));
  }

  ofHttpRoute(inputs: Values, api: Api): Authorizer {
    const type = text(inputs.authorizationType) ?? "NONE";
    if (type === "NONE") return OPEN;
    if (type === "AWS_IAM") return iamAuthorizer(api, this.#needs.guard);
    return this.#declaredFor(type, inputs, (resource) =>
      type === "JWT" ? this.#jwt(resource, inputs) : this.#lambda(resource, api, httpRules(resource)),
    );
  }

  ofRestMethod(inputs: Values, api: Api): Authorizer {
    const type = text(inputs.authorization) ?? "NONE";
    if (type === "NONE") return OPEN;
    if (type === "AWS_IAM") return iamAuthorizer(api, this.#needs.guard);
    // An OpenAPI document writes its authorizers out.
    if (inputs.writtenAuthorizer !== undefined)
      return this.#written(object(inputs.writtenAuthorizer), inputs, api);
    if (type === "COGNITO_USER_POOLS")
      return this.#declaredFor(type, inputs, (resource) => this.#userPools(resource, inputs));
    if (type !== "CUSTOM") return refusing(`authorization ${type} of REST APIs does not run here`);
    return this.#declaredFor(type, inputs, (resource) => this.#custom(resource, api));
  }

  #custom(resource: Named, api: Api, permission?: "out of sight"): Authorizer {
    return withExpression(resource, (expression) =>
      this.#lambda(resource, api, restRules(resource, expression), permission),
    );
  }

  #written(inputs: Values, method: Values, api: Api): Authorizer {
    const name = text(inputs.name) ?? "";
    const key = JSON.stringify([api.urn, name, texts(method.authorizationScopes)]);
    const resource = { name, id: name, inputs };
    return this.#once(key, () =>
      text(inputs.type) === "COGNITO_USER_POOLS"
        ? this.#userPools(resource, method)
        : this.#custom(resource, api),
    );
  }

  /**
   * Of a route of the component `aws-apigateway:RestAPI`, in the form of an `Authorizer`'s inputs. The component declares
   * authorizer and permission itself, out of sight.
   */
  ofComponent(inputs: Values, component: RecordedResource, api: Api): Authorizer {
    const resource = { ...component, name: text(inputs.name) ?? component.name, inputs };
    if (inputs.providerArns !== undefined) return this.#userPools(resource, inputs);
    return this.#custom(resource, api, "out of sight");
  }

  /** Of the methods of a stage that want an API key. */
  keysOf(source: KeySource, api: Api, stage: string): KeyCheck {
    const plans = readUsagePlans(api.id, stage, this.#recording);
    return {
      check: ({ route, request, fields }, identity) => {
        const ofAuthorizer = identity && "lambda" in identity ? identity.usageIdentifierKey : undefined;
        const value = source === "AUTHORIZER" ? ofAuthorizer : fields.joined["x-api-key"];
        return judgeKey(value, route.key, request.time, plans, this.#usage);
      },
    };
  }

  #declaredFor(type: string, inputs: Values, make: (resource: RecordedResource) => Authorizer): Authorizer {
    const resource = this.#declared.get(text(inputs.authorizerId));
    if (!resource)
      return refusing(`the route wants an authorizer of type ${type} but names none of this program`);
    const key = JSON.stringify([resource.urn, texts(inputs.authorizationScopes)]);
    return this.#once(key, () => make(resource));
  }

  #once(key: string, make: () => Authorizer): Authorizer {
    const made = this.#made.get(key) ?? make();
    this.#made.set(key, made);
    return made;
  }

  #jwt({ inputs, name }: RecordedResource, route: Values): Authorizer {
    const configuration = object(inputs.jwtConfiguration);
    const issuer = text(configuration.issuer);
    if (issuer === undefined || !this.#needs.issuer) return refusing(`authorizer ${name} names no issuer`);
    return this.#needs.issuer.authorizer({
      issuer,
      audiences: texts(configuration.audiences),
      identitySource: texts(inputs.identitySources)[0] ?? "$request.header.Authorization",
      scopes: texts(route.authorizationScopes),
    });
  }

  #userPools(resource: Named, method: Values): Authorizer {
    const { inputs, name } = resource;
    const pools = trustedPools(resource, this.#recording);
    const known = pools.flatMap((pool) => pool ?? []);
    const { issuer } = this.#needs;
    if (known.length === 0 || known.length < pools.length || !issuer)
      return refusing(
        `authorizer ${name}: a user pool of ${texts(inputs.providerArns)} is not part of this program`,
      );
    return withExpression(resource, (expression) =>
      issuer.poolAuthorizer({
        issuers: known.map((pool) => pool.issuer),
        identitySource: text(inputs.identitySource) ?? "method.request.header.Authorization",
        scopes: texts(method.authorizationScopes),
        ...(expression ? { clientPattern: expression } : {}),
      }),
    );
  }

  #lambda(
    resource: Named,
    api: Api,
    rules: Omit<LambdaAuthorizerRules, "target">,
    permission?: "out of sight",
  ): Authorizer {
    const { inputs, id, name } = resource;
    const target = this.#targets.lambda({
      uri: text(inputs.authorizerUri) ?? "",
      payloadFormat: text(inputs.authorizerPayloadFormatVersion) === "2.0" ? "2.0" : "1.0",
      timeoutMilliseconds: limits.apiGateway.authorizerTimeout,
      roleArn: text(inputs.authorizerCredentialsArn ?? inputs.authorizerCredentials),
      sourceArn: permission === undefined ? () => `${api.executionArn}/authorizers/${id}` : undefined,
    });
    if (target.kind !== "lambda") return refusing(`authorizer ${name}: ${target.reason}`);
    return lambdaAuthorizer({ ...rules, target }, this.#needs.invoker);
  }
}

/** What is asked of an authorizer, declared or written out. */
type Named = Pick<RecordedResource, "name" | "id" | "inputs">;

function httpRules({ inputs, name }: RecordedResource): Omit<LambdaAuthorizerRules, "target"> {
  return {
    name,
    tokenOnly: false,
    identitySources: texts(inputs.identitySources),
    simpleResponses: flag(inputs.enableSimpleResponses),
    cacheSeconds: number(inputs.authorizerResultTtlInSeconds) ?? DEFAULT_CACHE_SECONDS,
  };
}

/** @param expression that a token has to fit */
function restRules(
  { inputs, name }: Named,
  expression: RegExp | undefined,
): Omit<LambdaAuthorizerRules, "target"> {
  return {
    name,
    tokenOnly: (text(inputs.type) ?? "TOKEN") === "TOKEN",
    identitySources: (text(inputs.identitySource) ?? "method.request.header.Authorization")
      .split(",")
      .map((s) => s.trim()),
    simpleResponses: false,
    cacheSeconds: number(inputs.authorizerResultTtlInSeconds) ?? DEFAULT_CACHE_SECONDS,
    ...(expression ? { tokenPattern: expression } : {}),
  };
}

/** @param make is given what an identity has to fit, where that is declared; AWS's expressions are not quite JavaScript's */
function withExpression(
  { inputs, name }: Named,
  make: (expression: RegExp | undefined) => Authorizer,
): Authorizer {
  const pattern = text(inputs.identityValidationExpression);
  if (pattern === undefined) return make(undefined);
  const expression = wholeText(pattern);
  return expression ? make(expression) : refusing(`${name}: ${pattern} is no expression here`);
}

function refusing(reason: string): Authorizer {
  return {
    label: "none that runs here",
    authorize: () => ({ allowed: false, answer: messageAnswer(501, reason), reason }),
  };
}
