/**
 * A new collection in MongoDB and the subject about it: model, schema, store, three functions with their routes, a test,
 * sample data. In the cluster that is there; the first collection of a program makes the cluster.
 */
import { atlasCollection, atlasDatabase, atlasOutputs, lambdaFunction } from "./declarations.ts";
import { capital, checkName, singular } from "./names.ts";
import type { FilePlan } from "./plan.ts";
import type { ProgramFile } from "./program-file.ts";
import { parseRoute } from "./route.ts";
import { withSeed } from "./seeds-file.ts";

/** What a collection's files are written with. */
interface Words {
  /** `customers`. */
  name: string;
  /** `customer`. */
  one: string;
  /** `Customer`. */
  One: string;
  /** `Customers`. */
  Many: string;
}

/** Lines for index.ts, for whoever has to add them by hand. */
export function collectionLines(name: string): string {
  return [
    atlasDatabase(name),
    `// or in a cluster that is there: ${atlasCollection(name, "<its variable>")}`,
    ...functionsOf(wordsOf(name)).map(
      ({ code, route }) => `${code}\n// in the routes of new HttpApi(…): ${route}`,
    ),
  ].join("\n");
}

export function planCollection(program: ProgramFile, name: string): FilePlan[] {
  checkName("collection", name, program);
  const words = wordsOf(name);
  const functions = functionsOf(words);
  for (const { function: one, route } of functions) {
    checkName("function", one, program);
    parseRoute(route, program);
  }
  const cluster = program.components().find(({ className }) => className === "AtlasDatabase");
  if (cluster?.variable === undefined) {
    program.addImport("AtlasDatabase", "atlas-database.ts");
    program.addImport("Network", "network.ts");
    program.addData("AtlasDatabase", atlasDatabase(name));
    program.addOutputs(atlasOutputs(name));
  } else {
    program.addImport("AtlasCollection", "atlas-collection.ts");
    program.addData("AtlasCollection", atlasCollection(name, cluster.variable));
  }
  for (const { function: one, route, code, scope } of functions) {
    program.addAnswering(code);
    program.addRoute(route, `{ function: ${one}, scopes: ["${name}:${scope}"] }`);
  }
  const folder = `functions/${name}`;
  const files: Record<string, string> = {
    [`${folder}/model.ts`]: modelText(words),
    [`${folder}/schema.ts`]: schemaText(words),
    [`${folder}/store.ts`]: storeText(words),
    [`${folder}/operations.ts`]: operationsText(words),
    [`${folder}/create${words.One}.ts`]: createText(words),
    [`${folder}/list${words.Many}.ts`]: listText(words),
    [`${folder}/read${words.One}.ts`]: readText(words),
    [`tests/functions/${name}/${name}.test.ts`]: testText(words),
    [`data/${name}.json`]: `[{ "name": "The first ${words.one}" }]\n`,
  };
  return [
    ...Object.entries(files).map(([file, text]): FilePlan => ({ file, text, state: "new" })),
    withSeed(program.folder, seedOf(words)),
    { file: "index.ts", text: program.text, state: "changed" },
  ];
}

function wordsOf(name: string): Words {
  const one = singular(name);
  return { name, one, One: capital(one), Many: capital(name) };
}

function functionsOf({ name, One, Many }: Words) {
  const functions = [
    { function: `create${One}`, route: `POST /${name}`, scope: "write", link: `${name}.readWrite` },
    { function: `list${Many}`, route: `GET /${name}`, scope: "read", link: `${name}.read` },
    { function: `read${One}`, route: `GET /${name}/{id}`, scope: "read", link: `${name}.read` },
  ];
  return functions.map((one) => ({
    ...one,
    code: lambdaFunction({
      name: one.function,
      entry: `functions/${name}/${one.function}.ts`,
      links: [one.link],
      settings: "answering",
    }),
  }));
}

function modelText({ name, One }: Words): string {
  const variable = `${name.replace(/([A-Z])/g, "_$1").toUpperCase()}_MONGODB_URI`;
  return `/** ${capital(name)} as MongoDB keeps them. Indexes: none but \`_id\`, whose order is the order of creation. */
import mongoose from "mongoose";
import { environment } from "../environment.ts";
import { collection } from "../stores/mongodb.ts";

export interface ${One}Document {
  _id: mongoose.Types.ObjectId;
  name: string;
}

const schema = new mongoose.Schema<${One}Document>(
  { name: { type: String, required: true } },
  { collection: "${name}", strict: "throw", versionKey: false },
);

export const in${capital(name)} = collection(environment("${variable}"), "${One}", schema);
`;
}

function schemaText({ one, One }: Words): string {
  return `/** What a ${one} looks like over HTTP. */
import * as z from "zod/mini";
import { page, text } from "../http/schema.ts";

export const New${One} = z.strictObject({ name: text(1, 200) });
export type New${One} = z.output<typeof New${One}>;

/** Any text: one that is no id names no ${one}, which is a 404 and not a 400. */
export const ${One}Path = z.strictObject({ id: z.string() });

export const ${One}Page = z.strictObject(page);

export const ${One} = z.strictObject({ id: z.string(), name: text(1, 200) });
export type ${One} = z.output<typeof ${One}>;
`;
}

function storeText({ name, one, One, Many }: Words): string {
  return `/** What can be done with ${name}. Answers are ${name} as HTTP shows them. */
import mongoose from "mongoose";
import { readCursor, writeCursor } from "../http/cursor.ts";
import { notFound } from "../http/http-error.ts";
import { type ${One}Document, in${Many} } from "./model.ts";
import type { ${One}, New${One} } from "./schema.ts";

const LISTING = "${name}";

export async function add${One}(added: New${One}): Promise<${One}> {
  const _id = new mongoose.Types.ObjectId();
  await in${Many}((${name}) => ${name}.create({ _id, ...added }));
  return { id: _id.toHexString(), ...added };
}

export async function page${Many}(limit: number, cursor?: string): Promise<{ items: ${One}[]; next?: string }> {
  const after = cursor === undefined ? undefined : toId(readCursor(LISTING, cursor));
  const filter = after ? { _id: mongoose.trusted({ $gt: after }) } : {};
  // One more than asked for shows whether there is a next page.
  const found = await in${Many}((${name}) =>
    ${name}
      .find(filter)
      .sort({ _id: 1 })
      .limit(limit + 1)
      .lean(),
  );
  const items = found.slice(0, limit).map(to${One});
  const last = items.at(-1);
  return found.length > limit && last ? { items, next: writeCursor(LISTING, last.id) } : { items };
}

export async function find${One}(id: string): Promise<${One}> {
  const _id = toId(id);
  const found = await in${Many}((${name}) => ${name}.findOne({ _id }).lean());
  if (!found) throw notFound("${one}");
  return to${One}(found);
}

/** A text that is no id names no ${one}. */
function toId(id: string): mongoose.Types.ObjectId {
  if (!/^[0-9a-f]{24}$/.test(id)) throw notFound("${one}");
  return new mongoose.Types.ObjectId(id);
}

function to${One}({ _id, name }: ${One}Document): ${One} {
  return { id: _id.toHexString(), name };
}
`;
}

function operationsText({ name, one, One, Many }: Words): string {
  return `/** The operations of the subject "${name}", by the name of their function. */
import type { Operation } from "../http/operation.ts";
import { pageOf } from "../http/schema.ts";
import { ${One}, ${One}Page, ${One}Path, New${One} } from "./schema.ts";

export const create${One} = {
  summary: "Add a ${one}",
  body: New${One},
  answers: { 201: ${One} },
} satisfies Operation;

export const list${Many} = {
  summary: "List ${name}, oldest first",
  query: ${One}Page,
  answers: { 200: pageOf(${One}) },
} satisfies Operation;

export const read${One} = {
  summary: "Read a ${one}",
  path: ${One}Path,
  answers: { 200: ${One} },
} satisfies Operation;
`;
}

function createText({ name, one, One }: Words): string {
  return `import { json } from "../http/answer.ts";
import { serve } from "../http/serve.ts";
import { create${One} } from "./operations.ts";
import { add${One} } from "./store.ts";

export const handler = serve(create${One}, async ({ body }) => {
  const ${one} = await add${One}(body);
  return json(201, ${one}, { location: \`/${name}/\${${one}.id}\` });
});
`;
}

function listText({ Many }: Words): string {
  return `import { json } from "../http/answer.ts";
import { serve } from "../http/serve.ts";
import { list${Many} } from "./operations.ts";
import { page${Many} } from "./store.ts";

export const handler = serve(list${Many}, async ({ query }) =>
  json(200, await page${Many}(query.limit, query.cursor)),
);
`;
}

function readText({ One }: Words): string {
  return `import { json } from "../http/answer.ts";
import { serve } from "../http/serve.ts";
import { read${One} } from "./operations.ts";
import { find${One} } from "./store.ts";

export const handler = serve(read${One}, async ({ path }) => json(200, await find${One}(path.id)));
`;
}

function testText({ name, one, One, Many }: Words): string {
  return `import assert from "node:assert/strict";
import { programUnderTest } from "pulumi-tandem";
import { event, jsonEvent } from "../support/event.ts";

describe("${name}", () => {
  it("are added, read and listed", async () => {
    const program = await programUnderTest();
    const create = jsonEvent({ routeKey: "POST /${name}" }, { name: "Ada" });
    const added = await program.invoke("create${One}", create);
    assert.equal(added.statusCode, 201);
    const ${one} = JSON.parse(added.body);

    const path = { id: ${one}.id };
    const read = await program.invoke("read${One}", event({ routeKey: "GET /${name}/{id}", path }));
    assert.deepEqual([read.statusCode, JSON.parse(read.body)], [200, ${one}]);

    const listed = await program.invoke("list${Many}", event({ routeKey: "GET /${name}" }));
    assert.ok(JSON.parse(listed.body).items.some(({ id }: { id: string }) => id === ${one}.id));
  });

  it("that are not there are a 404", async () => {
    const program = await programUnderTest();
    const path = { id: "0".repeat(24) };
    const answer = await program.invoke("read${One}", event({ routeKey: "GET /${name}/{id}", path }));
    assert.equal(answer.statusCode, 404);
  });
});
`;
}

function seedOf({ name, One }: Words) {
  return {
    name,
    imports: [
      { from: "node:crypto", names: ["createHash"] },
      { from: "mongodb", names: ["ObjectId"] },
      { from: "pulumi-tandem", names: ["CollectionSeed", "Seed"], types: true },
      { from: `../functions/${name}/schema.ts`, names: [`New${One}`] },
    ],
    code: `const ${name}: CollectionSeed = {
  into: "collection",
  name: "${name}",
  database: "${name}",
  file: "data/${name}.json",
  toItem(record) {
    const known = New${One}.safeParse(record);
    if (!known.success) return { ok: false, reason: known.error.message };
    // The same content, the same id: loading twice makes one document.
    const digest = createHash("sha256").update(known.data.name).digest("hex");
    return { ok: true, item: { _id: new ObjectId(digest.slice(0, 24)), ...known.data } };
  },
};`,
  };
}
