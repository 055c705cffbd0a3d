/** The models of a REST API: JSON schemas of draft 4, which bodies of requests are held against. */
import type { Ajv, ErrorObject } from "ajv";
import type { JsonObject } from "../../../shared/json.ts";
import { LimitedExpression } from "../../time-limit.ts";

/** What is wrong with a body, in the words of API Gateway's validator as far as they are known; undefined where nothing is. */
export type BodyCheck = (body: unknown) => string | undefined;

const MODELS = "https://apigateway.amazonaws.com/restapis";

/** Those that API Gateway adds to every API. */
const STANDARD: Record<string, JsonObject> = {
  Empty: { title: "Empty Schema", type: "object" },
  Error: { title: "Error Schema", type: "object", properties: { message: { type: "string" } } },
};

export class ModelSchemas {
  readonly #apiId: string;
  readonly #schemas: ReadonlyMap<string, JsonObject>;
  /** Why a schema is none, by the name of its model. */
  readonly #faults = new Map<string, unknown>();
  #validator: Promise<Ajv> | undefined;

  /** @param schemas by the name of the model */
  constructor(apiId: string, schemas: ReadonlyMap<string, JsonObject>) {
    this.#apiId = apiId;
    this.#schemas = new Map([...Object.entries(STANDARD), ...schemas]);
  }

  has(name: string): boolean {
    return this.#schemas.has(name);
  }

  /** Throws where a schema is none, or names a model that is not there. */
  async check(name: string): Promise<BodyCheck> {
    this.#validator ??= this.#open();
    const validator = await this.#validator;
    if (this.#faults.has(name)) throw this.#faults.get(name);
    const validate = validator.getSchema(this.#address(name));
    if (!validate) throw new Error(`there is no model ${name}`);
    return (body) => (validate(body) === true ? undefined : errorText(validate.errors ?? []));
  }

  /** Loaded only where a method has a model: what compiles schemas takes longer to load than the gateway. */
  async #open(): Promise<Ajv> {
    const {
      default: { default: Draft4 },
    } = await import("ajv-draft-04");
    const validator = new Draft4({
      strict: false,
      allErrors: true,
      verbose: true,
      validateFormats: false,
      // Expressions are judged as they stand, not by the stricter rules of Unicode's.
      unicodeRegExp: false,
      code: { regExp: limitedExpression },
      logger: false,
    });
    for (const [name, { $schema: _, ...schema }] of this.#schemas) {
      try {
        validator.addSchema(schema, this.#address(name));
      } catch (error) {
        this.#faults.set(name, error);
      }
    }
    return validator;
  }

  #address(name: string): string {
    return `${MODELS}/${this.#apiId}/models/${name}`;
  }
}

function limitedExpression(pattern: string, flags: string): RegExp {
  return new LimitedExpression(pattern, flags);
}
/** Name by which the library tells engines apart. */
limitedExpression.code = "limitedExpression";

function errorText(errors: readonly ErrorObject[]): string {
  const missing = new Map<string, string[]>();
  const others: string[] = [];
  for (const error of errors) {
    const { keyword, instancePath, params, message, data } = error;
    if (keyword === "required")
      missing.set(instancePath, [...(missing.get(instancePath) ?? []), String(params.missingProperty)]);
    else if (keyword === "type") others.push(typeText(data, [params.type].flat().map(String)));
    else others.push(`${instancePath || "body"} ${message}`);
  }
  const required = [...missing.values()].map(
    (names) => `object has missing required properties (${JSON.stringify(names.sort())})`,
  );
  return `[${[...required, ...others].join(", ")}]`;
}

function typeText(data: unknown, wanted: readonly string[]): string {
  const allowed = wanted.flatMap((type) => (type === "number" ? ["integer", "number"] : [type]));
  return `instance type (${typeOf(data)}) does not match any allowed primitive type (allowed: ${JSON.stringify(allowed)})`;
}

function typeOf(data: unknown): string {
  if (data === null) return "null";
  if (Array.isArray(data)) return "array";
  return Number.isInteger(data) ? "integer" : typeof data;
}
