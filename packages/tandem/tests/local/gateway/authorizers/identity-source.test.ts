import assert from "node:assert/strict";
import { OPEN, type RoutedRequest } from "../../../../local/gateway/api.ts";
import { readIdentitySource } from "../../../../local/gateway/authorizers/identity-source.ts";
import { readHeaderFields } from "../../../../local/gateway/http/header-fields.ts";
import { readTarget } from "../../../../local/gateway/http/request-target.ts";
import { RouteTable } from "../../../../local/gateway/route-table.ts";
import { FakeInvoker, handlerOf, httpProgram, requestOf } from "../programs.ts";

const { api } = handlerOf(httpProgram({ routes: { "GET /a": "f" } }), new FakeInvoker());
const request = requestOf("GET /a?token=t%20t&empty=", {
  headers: ["Authorization", "abc", "Cookie", "a=1; b=2", "X-Empty", ""],
});
const target = readTarget(request.target);
const routed: RoutedRequest = {
  api,
  stage: { name: "v1", variables: { colour: "red" }, routes: new RouteTable() },
  route: { key: "GET /a", authorizer: OPEN, target: { kind: "unsupported", reason: "" } },
  parameters: undefined,
  request,
  target: { ...target, path: "/a" },
  routePath: "/a",
  fields: readHeaderFields(request.rawHeaders),
  requestId: "r",
  extendedRequestId: "r",
  trace: { header: "Root=1-67bf0000-0123456789abcdef01234567" },
};

describe("readIdentitySource", () => {
  it("reads headers, query, context and stage variables, as both kinds of API write them", () => {
    const known: Record<string, string> = {
      "$request.header.Authorization": "abc",
      "method.request.header.authorization": "abc",
      "$request.header.Cookie": "a=1; b=2",
      "$request.querystring.token": "t t",
      "method.request.querystring.token": "t t",
      "$context.routeKey": "GET /a",
      "context.identity.sourceIp": "127.0.0.1",
      "$stageVariables.colour": "red",
      "stageVariables.colour": "red",
    };
    for (const [expression, value] of Object.entries(known)) {
      assert.equal(readIdentitySource(expression, routed), value, expression);
    }
  });

  it("finds nothing where nothing, or nothing but an empty text, stands", () => {
    const expressions = [
      "$request.header.X-Missing",
      "$request.header.X-Empty",
      "$request.header.constructor",
      "$request.querystring.empty",
    ];
    for (const expression of [
      ...expressions,
      "$request.body.a",
      "$context.unknown",
      "$stageVariables.x",
      "nonsense",
      "",
    ]) {
      assert.equal(readIdentitySource(expression, routed), undefined, expression);
    }
  });
});
