import assert from "node:assert/strict";
import { readTraceHeader, rootOf } from "../../../local/xray/trace-header.ts";
import { tracedRun, traceOfEvent } from "../../../local/xray/traced-run.ts";

const root = "1-67bf0000-0123456789abcdef01234567";
const parent = "53995c3f42cd8ad8";
const requestId = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
const never = () => assert.fail("nobody is to decide");

describe("readTraceHeader", () => {
  it("reads the fields in any order, among others", () => {
    const header = `Self=1-67bf0000-ffffffffffffffffffffffff;Sampled=1; Root=${root};Parent=${parent};Lineage=a:1`;
    assert.deepEqual(readTraceHeader(header), { root, parent, sampled: true });
    assert.equal(rootOf(header.replaceAll(" ", "")), `Root=${root}`);
    assert.equal(rootOf(`Root=${root};Parent=${parent}`), `Root=${root}`);
    assert.equal(rootOf(`Root=${root}`), `Root=${root}`);
  });

  it("takes nothing that X-Ray would not", () => {
    for (const header of ["", "Root", "Root=1-5-6;Parent=1;Sampled=?", "root=x;Root=1-67bf0000", ";;=;"])
      assert.deepEqual(readTraceHeader(header), {}, header);
  });
});

describe("the trace of an invocation", () => {
  it("is the caller's with the caller's decision, and the function's parent is Lambda's subsegment", () => {
    const trace = traceOfEvent(`Root=${root};Parent=${parent};Sampled=1`, requestId, never);
    const { header, segments } = tracedRun(trace, requestId);
    assert.equal(segments?.trace, root);
    assert.equal(segments?.parent, parent);
    assert.equal(header, `Root=${root};Parent=${segments?.invocation};Sampled=1`);
    const again = tracedRun(trace, requestId).segments;
    assert.equal(again?.service, segments?.service);
    assert.notEqual(again?.function, segments?.function);
  });

  it("passes on as it came what the caller does not want followed", () => {
    const header = `Root=${root};Parent=${parent};Sampled=0`;
    const trace = traceOfEvent(header, requestId, never);
    assert.deepEqual(tracedRun(trace, requestId), { header });
  });

  it("is decided here where the caller has not, and begins here where the caller names none", () => {
    const followed = traceOfEvent(`Root=${root}`, requestId, () => true);
    assert.match(tracedRun(followed, requestId).header, /^Root=1-67bf0000-\w{24};Parent=\w{16};Sampled=1$/);
    for (const header of [undefined, "Root=1-5-6", "nonsense"]) {
      const trace = traceOfEvent(header, requestId, () => false);
      assert.match(
        tracedRun(trace, requestId).header,
        /^Root=1-[\da-f]{8}-[\da-f]{24};Parent=[\da-f]{16};Sampled=0$/,
      );
    }
  });
});
