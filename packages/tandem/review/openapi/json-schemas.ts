/** Zod's schemas as the JSON Schemas that OpenAPI 3.1 uses; named ones become components and are referred to. */
import * as z from "zod/mini";

export type JsonSchema = Record<string, unknown>;

const COMPONENTS = "#/components/schemas/";

export class JsonSchemas {
  readonly #named = z.registry<{ id: string }>();
  readonly #used = new Map<string, JsonSchema>();

  constructor(schemas: ReadonlyMap<string, z.ZodMiniType>) {
    for (const [id, schema] of schemas) this.#named.add(schema, { id });
  }

  /** A reference where the schema has a name, else the schema itself. */
  of(schema: z.ZodMiniType): JsonSchema {
    const {
      $schema: _,
      $defs = {},
      id,
      ...own
    } = z.toJSONSchema(schema, { metadata: this.#named, io: "output", override: countFields });
    for (const [name, definition] of Object.entries($defs))
      this.#used.set(name, cleaned(definition as JsonSchema));
    if (id === undefined) return cleaned(own);
    this.#used.set(id, cleaned(own));
    return { $ref: COMPONENTS + id };
  }

  /** The named schemas that were referred to so far, by name. */
  components(): Record<string, JsonSchema> {
    return Object.fromEntries([...this.#used].sort(([one], [other]) => (one < other ? -1 : 1)));
  }
}

/** A schema without a required field that yet refuses an object without any wants at least one. */
function countFields({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodType;
  jsonSchema: JsonSchema;
}): void {
  const { type, required = [] } = jsonSchema as { type?: unknown; required?: unknown[] };
  if (type === "object" && required.length === 0 && !z.safeParse(zodSchema, {}).success)
    jsonSchema.minProperties = 1;
}

/** References to Zod's `$defs` point at the components; what only Zod knows is left out. */
function cleaned(schema: JsonSchema): JsonSchema {
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) => {
      if (key === "id" && typeof value === "string") return undefined;
      return key === "$ref" && typeof value === "string" ? value.replace("#/$defs/", COMPONENTS) : value;
    }),
  ) as JsonSchema;
}

/** Name, schema and whether it must be given, of each field of an object's schema. */
export function fieldsOf(schema: z.ZodMiniType): { name: string; required: boolean; schema: JsonSchema }[] {
  const output = z.toJSONSchema(schema, { io: "output" });
  const input = z.toJSONSchema(schema, { io: "input" });
  return Object.entries(output.properties ?? {}).map(([name, field]) => ({
    name,
    required: input.required?.includes(name) ?? false,
    schema: field as JsonSchema,
  }));
}
