import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import { readyLine, serviceInformation } from "../../local/service-information.ts";
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
  resource("aws:lambda/function:Function", "sumUp", { outputs: { name: "shop-dev-sumUp" } }),
  resource("aws:sqs/queue:Queue", "orders", {
    outputs: {
      name: "shop-dev-orders",
      url: "https://sqs.eu-central-1.amazonaws.com/123456789012/shop-dev-orders",
    },
  }),
  resource("aws:s3/bucket:Bucket", "photos", { outputs: { bucket: "shop-dev-photos" } }),
  resource("aws:sns/topic:Topic", "sold", { outputs: { name: "shop-dev-sold" } }),
  resource("aws:cloudwatch/eventBus:EventBus", "shop", { outputs: { name: "shop-dev" } }),
  resource("aws:sfn/stateMachine:StateMachine", "ships", { outputs: { name: "shop-dev-ships" } }),
]);
const at = (address: string, path: string) => ({ api: "api", path, route: path, url: `${address}${path}` });
const facts = {
  recording: shop,
  url: "http://127.0.0.1:3000",
  endpoints: [
    { ...at("http://127.0.0.1:3000", "/items"), method: "GET", function: "shop-dev-readItems" },
    {
      ...at("http://127.0.0.1:3000", "/items"),
      method: "PUT",
      function: "elsewhere",
      authorization: "JWT items:write",
    },
  ],
  databases: [{ name: "barns", where: "mongodb://127.0.0.1:40000/" }],
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
  it("says how to reach what was declared, the counts last", () => {
    assert.equal(
      serviceInformation(facts, " -- --stack dev"),
      `shop, stack dev, eu-central-1
endpoints
  GET  /items  readItems  open
  PUT  /items  elsewhere  JWT items:write
functions without a route
  sumUp
stores
  table      shop-dev-items   shelf N, title S
  queue      shop-dev-orders
  bucket     shop-dev-photos
  topic      shop-dev-sold
  event bus  shop-dev
  MongoDB    barns            mongodb://127.0.0.1:40000/
state machines
  shop-dev-ships  standard

1 of 2 realised; npm run parity -- --stack dev`,
    );
  });

  it("leaves out sections that have nothing in them", () => {
    const text = serviceInformation({ recording: recording([]), endpoints: [], databases: [], parity: [] });
    assert.equal(text, "shop, stack dev, eu-central-1\n\n0 of 0 realised; npm run parity");
  });

  it("says so when the program names no region", () => {
    const text = serviceInformation({ ...facts, recording: recording([], { config: {} }) });
    assert.match(text, /^shop, stack dev, no region set \(aws:region\)$/m);
  });

  it("says the address of an endpoint where no API has one", () => {
    const url = { ...at("http://127.0.0.1:40123", "/"), method: "ANY", function: "shop-dev-readItems" };
    assert.match(
      serviceInformation({ ...facts, endpoints: [url], url: "" }),
      /^ +ANY +http:\/\/127\.0\.0\.1:40123\/ +readItems +open$/m,
    );
  });

  it("names sites and distributions among the endpoints", () => {
    const site = { ...at("http://127.0.0.1:40124", "/"), method: "GET", serves: "site of shop-dev-photos" };
    assert.match(
      serviceInformation({ ...facts, endpoints: [site], url: "" }),
      /^ +GET +http:\/\/127\.0\.0\.1:40124\/ +site of shop-dev-photos +open$/m,
    );
  });

  it("ends with where to call: an API, function URLs, or the command", () => {
    const line = (...of: Parameters<typeof readyLine>) => stripVTControlCharacters(readyLine(...of));
    assert.equal(
      line({ url: "http://127.0.0.1:3000", endpoints: [] }, 3000),
      "Ready on http://127.0.0.1:3000.",
    );
    const url = { ...at("http://127.0.0.1:40123", "/"), method: "ANY", function: "f" };
    assert.equal(
      line({ endpoints: [url] }, 4000),
      "Ready. The program declares no API by HTTP; its endpoints stand above. Nothing listens at --port 4000, which is an API's.",
    );
    assert.equal(
      line({ endpoints: [url] }, 0),
      "Ready. The program declares no API by HTTP; its endpoints stand above.",
    );
    assert.equal(
      line({ endpoints: [] }),
      "Ready. The program declares no API; call a function with: npm run invoke.",
    );
  });

  it("tells endpoints of several APIs apart by their addresses", () => {
    const other = { ...at("http://127.0.0.1:3001", ""), method: "GET", function: "shop-dev-readItems" };
    const text = serviceInformation({ ...facts, endpoints: [...facts.endpoints, other] });
    assert.match(text, /^ {2}GET {2}http:\/\/127\.0\.0\.1:3000\/items {2}readItems {2}open$/m);
    assert.match(text, /^ {2}GET {2}http:\/\/127\.0\.0\.1:3001 {8}readItems {2}open$/m);
  });

  it("says the whole address where the API that is named at the end is another one, with nothing to call", () => {
    const endpoint = { ...at("http://127.0.0.1:3001", "/lambda"), method: "GET" };
    const text = serviceInformation({ ...facts, endpoints: [endpoint], url: "http://127.0.0.1:3000" });
    assert.match(text, /GET +http:\/\/127\.0\.0\.1:3001\/lambda/);
  });

  it("counts what is unsupported and names its kinds, as many as fit the line", () => {
    const [one, two] = facts.parity;
    assert.ok(one && two);
    const unknown = (...types: string[]) =>
      types.map((type) => ({ ...two, type: `aws:x/y:${type}`, state: "unsupported" as const }));
    const some = serviceInformation({ ...facts, parity: [one, ...unknown("Topic", "Topic", "Bus")] });
    assert.match(some, /^1 of 4 realised, 3 unsupported \(Topic, Bus\); npm run parity$/m);
    const many = serviceInformation({ ...facts, parity: unknown("A", "B", "C", "D") });
    assert.match(many, /^0 of 4 realised, 4 unsupported \(A, B, C, …\); npm run parity$/m);
  });

  it("breaks a long list of functions at 100 columns", () => {
    const many = Array.from({ length: 40 }, (_, i) => `function${String(i).padStart(2, "0")}`);
    const functions = many.map((name) =>
      resource("aws:lambda/function:Function", name, { outputs: { name } }),
    );
    const text = serviceInformation({
      recording: recording(functions),
      endpoints: [],
      databases: [],
      parity: [],
    });
    const lines = text.split("\n").filter((line) => line.includes("function0") || line.includes("function3"));
    assert.deepEqual(text.match(/function\d\d/g), many);
    assert.ok(lines.length > 1 && lines.every((line) => line.length <= 100), text);
  });
});
