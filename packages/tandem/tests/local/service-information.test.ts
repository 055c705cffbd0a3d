import assert from "node:assert/strict";
import { serviceInformation } from "../../local/service-information.ts";
import { recording, resource } from "./support/recordings.ts";

const shop = recording([
  resource("aws:lambda/function:Function", "readItems", {
    inputs: { runtime: "nodejs24.x", memorySize: 256 },
    outputs: { name: "shop-dev-readItems" },
  }),
  resource("aws:dynamodb/table:Table", "items", {
    inputs: {
      hashKey: "shelf",
      rangeKey: "title",
      attributes: [
        { name: "shelf", type: "N" },
        { name: "title", type: "S" },
      ],
    },
    outputs: { name: "shop-dev-items" },
  }),
]);
const facts = {
  recording: shop,
  endpoints: [
    { method: "GET", url: "http://127.0.0.1:3000/items", function: "readItems" },
    {
      method: "PUT",
      url: "http://127.0.0.1:3000/items",
      function: "putItem",
      authorization: "JWT items:write",
    },
  ],
  databases: [{ name: "books", where: "mongodb://127.0.0.1:40000/" }],
  parity: [
    {
      type: "aws:dynamodb/table:Table",
      name: "items",
      urn: "u1",
      state: "realised" as const,
      reason: "a table",
    },
    {
      type: "aws:sns/topic:Topic",
      name: "alarms",
      urn: "u2",
      state: "recorded only" as const,
      reason: "quiet",
    },
  ],
};

describe("serviceInformation", () => {
  it("says what was declared and how to reach it", () => {
    assert.equal(
      serviceInformation(facts),
      `Service Information
  service    shop
  stage      dev
  region     eu-central-1
  resources  2: 1 realised, 1 recorded only, 0 unsupported
endpoints
  GET  http://127.0.0.1:3000/items  readItems  open
  PUT  http://127.0.0.1:3000/items  putItem    JWT items:write
functions
  readItems  shop-dev-readItems  nodejs24.x  256 MB  3 s
tables
  items  shop-dev-items  shelf N, title S
databases
  books  mongodb://127.0.0.1:40000/
parity with the cloud
  realised       1  aws:dynamodb/table:Table  a table
  recorded only  1  aws:sns/topic:Topic       quiet`,
    );
  });

  it("leaves out sections that have nothing in them", () => {
    const text = serviceInformation({ recording: recording([]), endpoints: [], databases: [], parity: [] });
    assert.doesNotMatch(text, /endpoints|functions|tables|databases|parity/);
  });

  it("says so when the program names no region", () => {
    const text = serviceInformation({ ...facts, recording: recording([], { config: {} }) });
    assert.match(text, /region +none set \(aws:region\)/);
  });
});
