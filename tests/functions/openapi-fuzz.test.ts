// #region books, movies
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { readIfMatch } from "../../functions/http/entity-tag.ts";
import { readIdempotencyKey } from "../../functions/http/idempotency-key.ts";
import { readOperations } from "../../packages/tandem/review/openapi/operations.ts";
import { codePoint } from "../../packages/tandem/tests/support/code-point.ts";

type Schema = {
  $ref?: string;
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  minProperties?: number;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  multipleOf?: number;
  anyOf?: Schema[];
};
interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  schema: Schema;
}
interface Described {
  operationId: string;
  parameters: Parameter[];
  requestBody?: { content: { "application/json": { schema: Schema } } };
}

const root = path.join(import.meta.dirname, "../..");
const document = JSON.parse(readFileSync(path.join(root, "openapi.json"), "utf8"));
const operations: Described[] = Object.values(document.paths).flatMap((methods) =>
  Object.values(methods as Record<string, Described>),
);

/** Longer texts try nothing new. */
const LONGEST = 60;

function valuesOf(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) {
    return valuesOf(document.components.schemas[schema.$ref.split("/").at(-1) ?? ""]);
  }
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(valuesOf));
  if (schema.type === "object") {
    const { properties = {}, required = [] } = schema;
    const fields: Record<string, fc.Arbitrary<unknown>> = {};
    for (const [name, field] of Object.entries(properties)) fields[name] = valuesOf(field);
    const { minProperties = 0 } = schema;
    return fc
      .record(fields, { requiredKeys: required })
      .filter((value) => Object.keys(value).length >= minProperties);
  }
  if (schema.type === "array") {
    const { items = {}, minItems: minLength = 0, maxItems = 3 } = schema;
    return fc.array(valuesOf(items), { minLength, maxLength: Math.min(maxItems, minLength + 3) });
  }
  const { minimum: min = -1e9, maximum: max = 1e9 } = schema;
  if (schema.type === "integer") return fc.integer({ min: Math.ceil(min), max: Math.floor(max) });
  if (schema.multipleOf !== undefined) {
    const steps = 1 / schema.multipleOf;
    return fc
      .integer({ min: Math.ceil(min * steps), max: Math.floor(max * steps) })
      .map((step) => step / steps);
  }
  if (schema.type === "number") return fc.double({ min, max, noNaN: true });
  if (schema.type === "boolean") return fc.boolean();
  if (schema.type === "string") return textsOf(schema);
  assert.fail(`no values are made for ${JSON.stringify(schema)}`);
}

function textsOf({ pattern, minLength = 0, maxLength = LONGEST }: Schema): fc.Arbitrary<string> {
  const fits = (text: string) => {
    const { length } = [...text];
    return length >= minLength && length <= maxLength;
  };
  const any = fc.string({ unit: codePoint, minLength, maxLength: Math.min(maxLength, minLength + LONGEST) });
  if (pattern === undefined) return any.filter(fits);
  const wanted = new RegExp(pattern, "u");
  // Of a wide pattern most texts fit, of a narrow one hardly any.
  return pattern.startsWith("^[^")
    ? any.filter((text) => wanted.test(text) && fits(text))
    : fc.stringMatching(wanted).filter(fits);
}

describe("API description, as a fuzzer reads it", () => {
  it("describes every operation", () => assert.ok(operations.length >= 12, String(operations.length)));

  for (const { operationId, parameters, requestBody } of operations) {
    it(`has the functions accept whatever fits it: ${operationId}`, async () => {
      const operation = (await readOperations(path.join(root, "functions"))).operations.get(operationId);
      assert.ok(operation);
      const fields = (place: Parameter["in"]) => {
        const own = parameters.filter((parameter) => parameter.in === place);
        return fc.record(
          // A caller writes numbers of a path or a query as text.
          Object.fromEntries(own.map(({ name, schema }) => [name, valuesOf(schema).map(String)])),
          { requiredKeys: own.filter(({ required }) => required).map(({ name }) => name) },
        );
      };
      const body = requestBody
        ? valuesOf(requestBody.content["application/json"].schema)
        : fc.constant(undefined);
      fc.assert(
        fc.property(fields("path"), fields("query"), body, (inPath, inQuery, sent) => {
          for (const [schema, value] of [
            [operation.path, inPath],
            [operation.query, inQuery],
            [operation.body, sent],
          ] as const) {
            const read = schema?.safeParse(value);
            assert.deepEqual(read?.error?.issues ?? [], [], JSON.stringify(value));
          }
        }),
        { numRuns: 150 },
      );
    });
  }

  it("says of If-Match and Idempotency-Key what is accepted", () => {
    const patternOf = (wanted: string) => {
      const found = operations.flatMap(({ parameters }) => parameters).find(({ name }) => name === wanted);
      return new RegExp(found?.schema.pattern ?? assert.fail(`${wanted} has no pattern`));
    };
    fc.assert(
      fc.property(fc.stringMatching(patternOf("If-Match")), (header) => {
        assert.doesNotThrow(() => readIfMatch(header));
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(patternOf("Idempotency-Key")), (key) => {
        const event = { headers: { "idempotency-key": key }, routeKey: "", requestContext: {} };
        assert.match(readIdempotencyKey(event as never) ?? "", /^[0-9a-f]{64}$/);
      }),
    );
  });
});
