import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { Segment, TraceDetail, TracesSummary } from "../../console/page/types.ts";
import { broken, lookAt, waitForText } from "./support.ts";

/** Names of a segment and of all below it; those of functions without what the program's name adds to them. */
type Names = [name: string, below: Names[]];
const namesOf = ({ name, children }: Segment): Names => [
  name.replace(/-[\da-f]{7}$/, ""),
  children.map(namesOf),
];

function* flat(segments: readonly Segment[]): Generator<Segment> {
  for (const segment of segments) {
    yield segment;
    yield* flat(segment.children);
  }
}

const rootOf = (header: string) =>
  /^Root=([\w-]+);Parent=[\da-f]{16};Sampled=[01]$/.exec(header)?.[1] ?? header;

describe("console: traces", function () {
  this.timeout(180_000);
  let rest = "";
  let daemon = "";
  const look = lookAt(
    "Traces",
    async ({ run }) => {
      [, rest = ""] = await run.waitForOutput(/(http:\S+)\/live\/items/);
      await fetch(`${rest}/live/items/poison`, { method: "PUT" });
    },
    "traced",
  );
  const views = () => look.page.getByRole("navigation", { name: "Views" });
  const list = async () => {
    await views().getByRole("link", { name: "Traces" }).click();
    await look.page.getByLabel("Filter expression").fill("");
    await look.page.getByRole("button", { name: "Filter" }).click();
  };
  const trace = () => look.page.getByRole("article", { name: "Chosen trace" });
  const map = () => look.page.getByRole("region", { name: "Map of the services" });
  const kept = (id: string, isSo: (detail: TraceDetail) => boolean) =>
    look.run.until<TraceDetail>(`/api/traces/${id}`, (answer) => answer.roots !== undefined && isSo(answer));

  it("hold what AWS's own SDK for X-Ray sent, below the segments of API Gateway and Lambda", async () => {
    const response = await fetch(`${rest}/live/items/one`, { method: "PUT", body: "hello" });
    const { trace: header } = (await response.json()) as { trace: string };
    const { roots, status } = await kept(rootOf(header), ({ roots: [first] }) => {
      return JSON.stringify(first && namesOf(first)).includes("SQS");
    });
    assert.equal(status, "ok");
    const handled: Names = [
      "checks <b>one</b>",
      [
        ["DynamoDB", []],
        ["SQS", []],
      ],
    ];
    const [stage] = roots;
    const invoked = stage?.children[0]?.children[0];
    assert.deepEqual(stage && namesOf({ ...stage, children: [] }), ["rest/live", []]);
    assert.equal(invoked?.origin, "AWS::Lambda");
    const lambda = invoked?.children.find(({ origin }) => origin === "AWS::Lambda::Function");
    assert.deepEqual(lambda && namesOf(lambda), [
      "put",
      [
        // The first worker of the function was waited for.
        ...(lambda?.children.some(({ name }) => name === "Initialization")
          ? [["Initialization", []] as Names]
          : []),
        ["Invocation", [handled]],
        ["Overhead", []],
      ],
    ]);
    const all = [...flat(roots)];
    const find = (name: string) => all.find((one) => one.name === name);
    assert.deepEqual(find("checks <b>one</b>")?.annotations, { item: "one" });
    assert.deepEqual(find("checks <b>one</b>")?.metadata, {
      default: { body: { text: "hello", password: "••••••" } },
    });
    assert.equal(find("DynamoDB")?.aws.operation, "PutItem");
    assert.match(String(find("DynamoDB")?.aws.table_name), /^items-/);
    assert.deepEqual(find("rest/live")?.http, {
      method: "PUT",
      url: `${rest}/live/items/one`,
      status: 201,
    });
  });

  it("follow what the program's rules, its stages and its functions say, and nothing else", async () => {
    const { api } = look.run;
    const paths = {
      passed: `${rest}/live/passed`,
      quiet: `${rest}/live/quiet`,
      muted: `${rest}/live/muted`,
      passive: `${api}/passive`,
    };
    const headers = new Map<string, string>();
    for (const [name, url] of Object.entries(paths)) {
      const response = await fetch(url);
      headers.set(name, await response.text());
      daemon = response.headers.get("x-daemon") ?? "";
      assert.equal(response.headers.get("x-parts"), `${daemon.replace(":", " ")} LOG_ERROR`);
    }
    // A stage with tracing decides for functions that pass on.
    assert.match(headers.get("passed") ?? "", /Sampled=1$/);
    const { roots } = await kept(rootOf(headers.get("passed") ?? ""), ({ roots: [first] }) => {
      return JSON.stringify(first && namesOf(first)).includes("Invocation");
    });
    assert.equal(roots[0]?.name, "rest/live");
    // A rule of this path says none; an HTTP API decides nothing, and this function does neither.
    for (const name of ["quiet", "passive"]) assert.match(headers.get(name) ?? "", /Sampled=0$/, name);
    // Its role may not send segments: the stage's own arrives, the function's does not.
    assert.match(headers.get("muted") ?? "", /Sampled=0$/);
    await look.run.run.waitForOutput(
      /^mute-\w+ is traced, but nothing of it arrives at X-Ray: .*xray:PutTraceSegments/m,
    );
    const { traces } = await look.run.until<TracesSummary>("/api/traces", ({ traces: [newest] }) => {
      return newest?.request?.title === "/live/muted";
    });
    assert.deepEqual(
      traces.map(({ request }) => request?.title),
      ["/live/muted", "/live/passed", "/live/items/one", "/live/items/poison"],
    );
    const sent = { "X-Amzn-Trace-Id": "Root=1-67bf0000-0123456789abcdef01234567;Sampled=1" };
    const asked = await (await fetch(paths.passive, { headers: sent })).text();
    assert.match(asked, /^Root=1-67bf0000-0123456789abcdef01234567;Parent=[\da-f]{16};Sampled=1$/);
  });

  it("show a failing function in red on the map, and lead from there to its traces and its request", async () => {
    await list();
    const box = map().getByRole("button", { name: /Lambda function put-\w+ .*1 fault/s });
    await box.waitFor();
    const colour = await box.evaluate((element) => {
      const { getComputedStyle } = globalThis as unknown as {
        getComputedStyle(of: unknown): { borderTopColor: string };
      };
      return getComputedStyle(element).borderTopColor;
    });
    assert.equal(colour, "rgb(171, 33, 26)");
    await waitForText(
      map(),
      /API Gateway stage\s+rest\/live/,
      /DynamoDB table\s+items-/,
      /SQS queue\s+jobs-/,
    );
    await box.click();
    await waitForText(look.page.getByRole("main"), /^2 traces;/m);
    await look.page.getByRole("link", { name: /fault PUT \/live\/items\/poison/ }).click();
    await trace()
      .getByRole("button", { name: /fault: checks <b>poison<\/b>/ })
      .click();
    await waitForText(trace(), /RangeError: cannot put <i>poison<\/i>/, /item\s+poison/);
    await trace().getByRole("link", { name: "Its request, with log and calls" }).click();
    const request = look.page.getByRole("article", { name: "Chosen request" });
    await request.getByText("RangeError: cannot put <i>poison</i>").first().waitFor();
    await request.getByRole("link", { name: "Trace", exact: true }).click();
    await trace().getByRole("heading", { name: "PUT /live/items/poison" }).waitFor();
  });

  it("are found by X-Ray's filter expressions, by those of the program's groups, and say what is none", async () => {
    await list();
    const typed = look.page.getByLabel("Filter expression");
    const rows = look.page.getByRole("main").locator(".traces li");
    await typed.fill('annotation.item = "one" AND service("rest/live") { http.status = 201 }');
    await typed.press("Enter");
    await waitForText(look.page.getByRole("main"), /^1 trace;/m, /PUT \/live\/items\/one/);
    assert.equal(await rows.count(), 1);
    await look.page.getByRole("button", { name: "failing" }).click();
    await waitForText(look.page.getByRole("main"), /^1 trace;/m, /PUT \/live\/items\/poison/);
    await typed.fill("price > 5");
    await typed.press("Enter");
    await waitForText(
      look.page.getByRole("alert"),
      /The filter does not know price: it knows ok, error, fault/,
    );
    await typed.fill('service("nobody")');
    await typed.press("Enter");
    await look.page.getByText('No trace that is kept fits service("nobody")').waitFor();
  });

  it("hold what Powertools' tracer sent of an import that an upload set off, and of one that fails", async () => {
    await views().getByRole("link", { name: "Data" }).click();
    await look.page
      .getByRole("navigation", { name: "Stores" })
      .getByRole("link", { name: /^inbox-/ })
      .click();
    const store = look.page.getByRole("article", { name: "Chosen store" });
    for (const [name, text] of [
      ["fine.txt", "fine"],
      ["broken.txt", "broken"],
    ] as const) {
      await store
        .getByLabel("File")
        .setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
      await store.getByLabel("Key", { exact: true }).fill(name);
      await store.getByRole("button", { name: "Upload" }).click();
      await store.getByRole("button", { name, exact: true }).waitFor();
    }
    await list();
    await look.page.getByRole("link", { name: /ok bucket inbox-\w+\/fine\.txt/ }).click();
    await trace().getByRole("button", { name: "## imports" }).click();
    await waitForText(trace(), /key\s+fine\.txt/, /ColdStart\s+(true|false)/, /S3 GetObject/);
    await list();
    await look.page.getByRole("link", { name: /fault bucket inbox-\w+\/broken\.txt/ }).click();
    await trace().getByRole("button", { name: "fault: ## imports" }).first().click();
    await waitForText(trace(), /TypeError: it is broken/, /Attempt #3/);
    await waitForText(map(), /Lambda function\s+see-/, /S3 bucket\s+inbox-/);
  });

  it("are of every request while the switch says so", async () => {
    await list();
    const all = look.page.getByLabel("Follow every request");
    const isAll = (wanted: boolean) =>
      look.run.until<TracesSummary>("/api/traces", ({ sampling }) => sampling.all === wanted);
    await all.check();
    await isAll(true);
    const header = await (await fetch(`${rest}/live/quiet`)).text();
    await kept(rootOf(header), ({ roots: [first] }) => first?.name === "rest/live");
    await look.page.getByRole("link", { name: /GET \/live\/quiet/ }).waitFor();
    await all.uncheck();
    await isAll(false);
    assert.match(await (await fetch(`${rest}/live/quiet`)).text(), /Sampled=0$/);
  });

  it("show markup in names, annotations and metadata as text, and count what is no segment", async () => {
    const canary = "<img src=x onerror=alert(1)>";
    const header = '{"format":"json","version":1}\n';
    const id = "1-67bf0001-0123456789abcdef01234567";
    const segment = {
      trace_id: id,
      id: "53995c3f42cd8ad8",
      name: canary,
      start_time: 1,
      end_time: 2,
      origin: canary,
      annotations: { [canary]: canary },
      metadata: { [canary]: canary },
      http: { request: { method: canary, url: `javascript:${canary}` } },
      cause: {
        exceptions: [{ type: canary, message: canary, stack: [{ path: canary, line: 1, label: canary }] }],
      },
      subsegments: [
        {
          id: "53995c3f42cd8ad9",
          name: canary,
          namespace: "aws",
          start_time: 1,
          end_time: 2,
          aws: { operation: canary },
        },
      ],
    };
    const socket = createSocket("udp4");
    for (const datagram of ["garbage", header + JSON.stringify(segment)]) {
      await new Promise<void>((sent, failed) =>
        socket.send(datagram, Number(daemon.split(":")[1]), "127.0.0.1", (error) =>
          error ? failed(error) : sent(),
        ),
      );
    }
    const closed = once(socket, "close");
    socket.close();
    await closed;
    await kept(id, () => true);
    await list();
    await waitForText(look.page.getByRole("main"), /1 document refused: no line that says the format \(1\)/);
    await waitForText(map(), /<img src=x onerror=alert\(1\)>/);
    assert.equal(await look.page.getByRole("main").locator("img").count(), 0);
    await look.page.getByRole("link", { name: /<img src=x/ }).click();
    await trace()
      .getByRole("button", { name: /<img src=x/ })
      .first()
      .click();
    await waitForText(trace(), /<img src=x onerror=alert\(1\)>: <img/, /1 annotation/);
    assert.equal(await trace().locator("img, script, a[href^=javascript]").count(), 0);
  });

  it("take over the rules of a program that was reloaded, and can be forgotten", async () => {
    look.run.project.edit("index.ts", (text) =>
      text.replace("priority: 5,\n  reservoirSize: 0", "priority: 5,\n  reservoirSize: 3"),
    );
    await look.run.until<TracesSummary>("/api/traces", ({ sampling }) =>
      sampling.rules.some(({ name, reservoir }) => name === "quiet" && reservoir === 3),
    );
    const header = await (await fetch(`${rest}/live/quiet`)).text();
    await kept(rootOf(header), ({ roots: [first] }) => first?.name === "rest/live");
    await list();
    await look.page
      .getByRole("link", { name: /GET \/live\/quiet/ })
      .first()
      .waitFor();
    await look.page.getByRole("button", { name: "Clear" }).click();
    await look.page.getByText("No trace yet").waitFor();
  });

  const open = (page: typeof look.page) => page.getByRole("link", { name: "Traces", exact: true }).click();

  it("are accessible in light and dark, narrow and wide", async () => {
    await fetch(`${rest}/live/items/poison`, { method: "PUT" });
    const found = await broken(look.page, async (page) => {
      await open(page);
      await page.locator(".box").first().waitFor();
    });
    assert.deepEqual(found, []);
  });

  it("are accessible one by one, with what a segment says of itself", async () => {
    const found = await broken(look.page, async (page) => {
      await open(page);
      await page.getByRole("link", { name: /fault PUT \/live\/items\/poison/ }).click();
      await page.getByRole("button", { name: /checks/ }).click();
      await page.getByText("RangeError: cannot put").waitFor();
      await page.locator(".box").first().waitFor();
    });
    assert.deepEqual(found, []);
  });
});
