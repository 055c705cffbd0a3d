/** What a script asks of traces. */
import assert from "node:assert/strict";
import type { Segment, TraceDetail, TracesSummary } from "../../../console/page/types.ts";
import type { LookedAt, Started } from "../support.ts";

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

export const rootOf = (header: string) =>
  /^Root=([\w-]+);Parent=[\da-f]{16};Sampled=[01]$/.exec(header)?.[1] ?? header;

/** Once the run keeps a trace of that id which is as it is waited for. */
export const kept = (run: LookedAt, id: string, isSo: (detail: TraceDetail) => boolean) =>
  run.until<TraceDetail>(`/api/traces/${id}`, (answer) => answer.roots !== undefined && isSo(answer));

/** @param rest address of the REST API, whose stage is traced */
export function traced(started: Started, rest: () => string): void {
  it("hold what AWS's own SDK for X-Ray sent, below the segments of API Gateway and Lambda", async () => {
    const response = await fetch(`${rest()}/live/items/one`, { method: "PUT", body: "hello" });
    const { trace: header } = (await response.json()) as { trace: string };
    const { roots, status } = await kept(started.run, rootOf(header), ({ roots: [first] }) => {
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
      url: `${rest()}/live/items/one`,
      status: 201,
    });
  });

  it("follow what the program's rules, its stages and its functions say, and nothing else", async () => {
    const { api } = started.run;
    const paths = {
      passed: `${rest()}/live/passed`,
      quiet: `${rest()}/live/quiet`,
      muted: `${rest()}/live/muted`,
      passive: `${api}/passive`,
    };
    const headers = new Map<string, string>();
    for (const [name, url] of Object.entries(paths)) {
      const response = await fetch(url);
      headers.set(name, await response.text());
      const daemon = response.headers.get("x-daemon") ?? "";
      assert.equal(response.headers.get("x-parts"), `${daemon.replace(":", " ")} LOG_ERROR`);
    }
    // A stage with tracing decides for functions that pass on.
    assert.match(headers.get("passed") ?? "", /Sampled=1$/);
    const { roots } = await kept(started.run, rootOf(headers.get("passed") ?? ""), ({ roots: [first] }) => {
      return JSON.stringify(first && namesOf(first)).includes("Invocation");
    });
    assert.equal(roots[0]?.name, "rest/live");
    // A rule of this path says none; an HTTP API decides nothing, and this function does neither.
    for (const name of ["quiet", "passive"]) assert.match(headers.get(name) ?? "", /Sampled=0$/, name);
    // Its role may not send segments: the stage's own arrives, the function's does not.
    assert.match(headers.get("muted") ?? "", /Sampled=0$/);
    await started.run.run.waitForOutput(
      /^mute-\w+ is traced, but nothing of it arrives at X-Ray: .*xray:PutTraceSegments/m,
    );
    const { traces } = await started.run.until<TracesSummary>("/api/traces", ({ traces: [newest] }) => {
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
}
