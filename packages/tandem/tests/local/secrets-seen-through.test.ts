import assert from "node:assert/strict";
import { tableDefinitions } from "../../local/dynamodb/table-definitions.ts";
import { notifications } from "../../local/event-sources/s3/notifications.ts";
import { schedules } from "../../local/event-sources/scheduler/schedules.ts";
import { queueMappings } from "../../local/event-sources/sqs/mappings.ts";
import { readGrants } from "../../local/iam/invocation-permission.ts";
import { rolesOf } from "../../local/iam/policies.ts";
import { declaredStores } from "../../local/queues-and-buckets/declared.ts";
import { eventConfig } from "../../local/workers/event-config.ts";
import { runnableFunctions } from "../../local/workers/settings.ts";
import { recordProgram } from "../../program/record-program.ts";
import type { Recording, Value, Values } from "../../program/recording.ts";
import { severalPrograms } from "./support/several-programs.ts";

const programs = [
  "bucket-closure",
  "inline-http",
  "queue-closure",
  "rest-callback",
  "scheduled-rule",
  "table-from-folder",
];

/** What the services of the local run read of a program. */
const readers: Record<string, (recording: Recording) => unknown> = {
  functions: (recording) =>
    runnableFunctions(recording).map(({ code, ...rest }) => ({ ...rest, hasCode: code !== undefined })),
  events: (recording) => runnableFunctions(recording).map(({ name }) => eventConfig(name, recording)),
  tables: tableDefinitions,
  stores: declaredStores,
  // That a document is secret is known besides, and said to whoever shows it.
  roles: (recording) =>
    JSON.parse(JSON.stringify(rolesOf(recording), (key, value) => (key === "isSecret" ? undefined : value))),
  permissions: readGrants,
  notifications,
  schedules,
  mappings: queueMappings,
};

/** Every input, and everything in it, marked as a secret once more. */
function allSecret(recording: Recording): Recording {
  const resources = recording.resources.map((resource) => ({ ...resource, inputs: marked(resource.inputs) }));
  return { ...recording, resources };
}

function marked(values: Values): Values {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, secret(value)]));
}

function secret(value: Value): Value {
  return { $: "secret", value: inside(value) };
}

function inside(value: Value): Value {
  if (Array.isArray(value)) return value.map(secret);
  if (typeof value !== "object" || value === null) return value;
  if (!("$" in value)) return marked(value as Values);
  return value.$ === "archive" && value.assets ? { ...value, assets: marked(value.assets as Values) } : value;
}

describe("secrets anywhere in a program", () => {
  const project = severalPrograms(programs);
  let recording: Recording;

  before(async () => {
    recording = await recordProgram({ cwd: project.path, stack: "dev" });
  });

  after(() => project.remove());

  for (const [what, read] of Object.entries(readers)) {
    it(`are seen through by who reads its ${what}`, () => {
      const found = read(recording);
      assert.notDeepEqual(found, read({ ...recording, resources: [] }), "there is something to read");
      assert.deepEqual(read(allSecret(recording)), found);
    });
  }
});
