/** A small valid value for a JSON Schema: what a person finds in the body of a request and changes. */
import type { ApiDocument } from "./describe-api.ts";
import type { JsonSchema } from "./json-schemas.ts";

export function sampleOf(document: ApiDocument, schema: JsonSchema, name = "text"): unknown {
  if (typeof schema.$ref === "string") return sampleOf(document, resolve(document, schema.$ref), name);
  switch (schema.type) {
    case "object":
      return Object.fromEntries(
        Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>).map(([field, own]) => [
          field,
          sampleOf(document, own, field),
        ]),
      );
    case "array":
      return [sampleOf(document, schema.items as JsonSchema, name)];
    case "integer":
    case "number":
      return schema.minimum ?? 0;
    default:
      return name;
  }
}

function resolve(document: ApiDocument, reference: string): JsonSchema {
  const name = reference.split("/").at(-1) ?? "";
  const found = (document.components.schemas as Record<string, JsonSchema>)[name];
  if (!found) throw new Error(`${reference} is not in the description`);
  return found;
}
