/** Request validators and models of a REST API, declared as resources or in its OpenAPI document. */
import { ofType } from "../../../program/reading/resources.ts";
import { flag, object, text, textMap } from "../../../program/reading/value.ts";
import type { RecordedResource, Recording, Values } from "../../../program/recording.ts";
import { type JsonObject, parseObject } from "../../../shared/json.ts";
import type { RequestValidator } from "../api.ts";
import { documentOf, operationsOf } from "../openapi/body.ts";
import { asRequestInputs, documentSchemas, documentValidators } from "../openapi/requests.ts";
import { ModelSchemas } from "../validation/model-schemas.ts";
import { requestValidator } from "../validation/request-validator.ts";

export const VALIDATOR = "aws:apigateway/requestValidator:RequestValidator";
export const MODEL = "aws:apigateway/model:Model";
const METHOD = "aws:apigateway/method:Method";
const REST_API = "aws:apigateway/restApi:RestApi";

export class Validation {
  readonly #validators: ReadonlyMap<string, Values>;
  readonly #schemas: ModelSchemas;

  constructor(api: RecordedResource, recording: Recording) {
    const document = documentOf(api);
    const own = ({ inputs }: RecordedResource) => text(inputs.restApi) === api.id;
    this.#validators = new Map([
      ...documentValidators(document),
      ...ofType(recording, VALIDATOR)
        .filter(own)
        .map(({ id, inputs }) => [id ?? "", inputs] as const),
    ]);
    this.#schemas = new ModelSchemas(
      api.id ?? "",
      new Map([
        ...documentSchemas(operationsOf(api), document),
        ...ofType(recording, MODEL).filter(own).flatMap(declaredSchema),
      ]),
    );
  }

  /** Of a method, by its inputs; undefined where nothing of its requests is looked at. */
  of(method: Values): RequestValidator | undefined {
    const { required, models } = this.#rules(method);
    if (required.length === 0 && Object.keys(models).length === 0) return undefined;
    return requestValidator({ required, models }, this.#schemas);
  }

  /** Why AWS would not have what a method says of its requests. */
  async refusals(method: Values): Promise<string[]> {
    const id = text(method.requestValidatorId);
    if (id !== undefined && !this.#validators.has(id)) return [`there is no request validator ${id}`];
    const models = [...new Set(Object.values(this.#rules(method).models))];
    const found = await Promise.all(models.map((model) => this.#refusal(model)));
    return found.filter((line) => line !== undefined);
  }

  async #refusal(model: string): Promise<string | undefined> {
    if (!this.#schemas.has(model)) return `there is no model ${model} with a schema that is JSON`;
    try {
      await this.#schemas.check(model);
      return undefined;
    } catch (error) {
      return `the schema of model ${model} is none: ${(error as Error).message}`;
    }
  }

  #rules({ requestValidatorId, requestParameters, requestModels }: Values) {
    const validator = this.#validators.get(text(requestValidatorId) ?? "") ?? {};
    const parameters = Object.entries(object(requestParameters));
    const required = parameters.filter(([, isRequired]) => flag(isRequired)).map(([parameter]) => parameter);
    return {
      required: flag(validator.validateRequestParameters) ? required : [],
      models: (flag(validator.validateRequestBody) && textMap(requestModels)) || {},
    };
  }
}

function declaredSchema({ name, inputs, outputs }: RecordedResource): [string, JsonObject][] {
  const schema = parseObject(text(inputs.schema) ?? "{}");
  return schema ? [[text(outputs.name) ?? text(inputs.name) ?? name, schema]] : [];
}

/** A sentence for each method whose validator or model AWS would refuse. */
export async function validationRefusals(recording: Recording): Promise<string[]> {
  const found = await Promise.all(
    ofType(recording, REST_API).map(async (api) => {
      const validation = new Validation(api, recording);
      const lines = methodsOf(api, recording).map(async ({ name, inputs }) => {
        const whys = await validation.refusals(inputs);
        return whys.map((why) => `Method ${name} of API ${api.name}: ${why}.`);
      });
      return (await Promise.all(lines)).flat();
    }),
  );
  return found.flat();
}

function methodsOf(api: RecordedResource, recording: Recording): { name: string; inputs: Values }[] {
  const document = documentOf(api);
  return [
    ...operationsOf(api).map((operation) => ({
      name: `${operation.method} ${operation.path}`,
      inputs: asRequestInputs(operation, document),
    })),
    ...ofType(recording, METHOD).filter(({ inputs }) => text(inputs.restApi) === api.id),
  ];
}
