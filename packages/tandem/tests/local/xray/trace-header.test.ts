import assert from "node:assert/strict";
import { readTraceHeader, rootOf } from "../../../local/xray/trace-header.ts";
import { tracedRun, traceOfEvent } from "../../../local/xray/traced-run.ts";

const ROOT = "1-67bf0000-0123456789abcdef01234567";
const PARENT = "53995c3f42cd8ad8";
const REQUEST_ID = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
const never = () => assert.fail("nobody is to decide");

describe("readTraceHeader", () => {
  it("reads the fields in any order, among others", () => {
    const header = `Self=1-67bf0000-ffffffffffffffffffffffff;Sampled=1; Root=${ROOT};Parent=${PARENT};Lineage=a:1`;
    assert.deepEqual(readTraceHeader(header), { root: ROOT, parent: PARENT, sampled: true });
    assert.equal(rootOf(header.replaceAll(" ", "")), `Root=${ROOT}`);
    assert.equal(rootOf(`Root=${ROOT};Parent=${PARENT}`), `Root=${ROOT}`);
    assert.equal(rootOf(`Root=${ROOT}`), `Root=${ROOT}`);
  });

  it("takes nothing that X-Ray would not", () => {
    for (const header of ["", "Root", "Root=1-5-6;Parent=1;Sampled=?", "root=x;Root=1-67bf0000", ";;=;"])
      assert.deepEqual(readTraceHeader(header), {}, header);
  });
});

describe("the trace of an invocation", () => {
  it("is the caller's with the caller's decision, and the function's parent is Lambda's subsegment", () => {
    const trace = traceOfEvent(`Root=${ROOT};Parent=${PARENT};Sampled=1`, REQUEST_ID, never);
    const { header, segments } = tracedRun(trace, REQUEST_ID);
    assert.equal(segments?.trace, ROOT);
    assert.equal(segments?.parent, PARENT);
    assert.equal(header, `Root=${ROOT};Parent=${segments?.invocation};Sampled=1`);
    const again = tracedRun(trace, REQUEST_ID).segments;
    assert.equal(again?.service, segments?.service);
    assert.notEqual(again?.function, segments?.function);
  });

  it("passes on as it came what the caller does not want followed", () => {
    const header = `Root=${ROOT};Parent=${PARENT};Sampled=0`;
    const trace = traceOfEvent(header, REQUEST_ID, never);
    assert.deepEqual(tracedRun(trace, REQUEST_ID), { header });
  });

  it("is decided here where the caller has not, and begins here where the caller names none", () => {
    const followed = traceOfEvent(`Root=${ROOT}`, REQUEST_ID, () => true);
    assert.match(tracedRun(followed, REQUEST_ID).header, /^Root=1-67bf0000-\w{24};Parent=\w{16};Sampled=1$/);
    for (const header of [undefined, "Root=1-5-6", "nonsense"]) {
      const trace = traceOfEvent(header, REQUEST_ID, () => false);
      assert.match(
        tracedRun(trace, REQUEST_ID).header,
        /^Root=1-[\da-f]{8}-[\da-f]{24};Parent=[\da-f]{16};Sampled=0$/,
      );
    }
  });
});
