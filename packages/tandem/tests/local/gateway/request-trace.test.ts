import assert from "node:assert/strict";
import type { Stage } from "../../../local/gateway/api.ts";
import { readHeaderFields } from "../../../local/gateway/http/header-fields.ts";
import { type SamplesRequest, traceOfRequest } from "../../../local/gateway/request-trace.ts";
import { RouteTable } from "../../../local/gateway/route-table.ts";

const ROOT = "1-67bf0000-0123456789abcdef01234567";
const PARENT = "53995c3f42cd8ad8";
const traced = { service: "garage/live", arn: "arn:aws:apigateway:eu-central-1::/restapis/abc/stages/live" };
const plain: Stage = { name: "live", routes: new RouteTable() };

function traceOf(stage: Stage, header: string | undefined, samples?: SamplesRequest) {
  const headers = ["Host", "api.example", "X-User", "ann", ...(header ? ["X-Amzn-Trace-Id", header] : [])];
  const fields = readHeaderFields(headers);
  const request = { time: 1_740_570_624_000, method: "GET", path: "/live/motors", fields };
  return { ...traceOfRequest(stage, request, samples), shown: fields.joined["x-amzn-trace-id"] };
}

describe("the trace of a request", () => {
  it("is the caller's, or begins here where the caller names none that X-Ray would take", () => {
    const given = `Root=${ROOT};Parent=${PARENT};Sampled=1`;
    assert.deepEqual(traceOf(plain, given), { header: given, shown: given });
    for (const none of [undefined, "Root=1-5-6", "nonsense"]) {
      const { header, shown, segment } = traceOf(plain, none);
      assert.match(header, /^Root=1-67bf0000-[\da-f]{24}$/);
      assert.equal(shown, header);
      assert.equal(segment, undefined);
    }
  });

  it("is decided by a stage with tracing where the caller has not, by what the rules ask for", () => {
    const asked: unknown[] = [];
    const { header, shown, segment } = traceOf({ ...plain, traced }, `Root=${ROOT}`, (sampled) => {
      const { attribute, ...others } = sampled;
      asked.push({ ...others, user: attribute?.("X-User") });
      return true;
    });
    assert.deepEqual(asked, [
      {
        serviceName: "garage/live",
        serviceType: "AWS::ApiGateway::Stage",
        resourceArn: traced.arn,
        host: "api.example",
        method: "GET",
        path: "/live/motors",
        user: "ann",
      },
    ]);
    assert.equal(header, `Root=${ROOT};Parent=${segment?.call};Sampled=1`);
    // The event has the header as it came.
    assert.equal(shown, `Root=${ROOT}`);
    assert.deepEqual([segment?.trace, segment?.service, segment?.parent], [ROOT, "garage/live", undefined]);
    const refused = traceOf({ ...plain, traced }, undefined, () => false);
    assert.match(refused.header, /;Parent=[\da-f]{16};Sampled=0$/);
    assert.equal(refused.segment, undefined);
  });

  it("is not decided again where the caller has", () => {
    const never = () => assert.fail("asked although the caller has decided");
    const yes = traceOf({ ...plain, traced }, `Root=${ROOT};Parent=${PARENT};Sampled=1`, never);
    assert.equal(yes.segment?.parent, PARENT);
    assert.match(yes.header, /Sampled=1$/);
    const no = traceOf({ ...plain, traced }, `Root=${ROOT};Parent=${PARENT};Sampled=0`, never);
    assert.equal(no.segment, undefined);
    assert.match(no.header, /Sampled=0$/);
  });
});
