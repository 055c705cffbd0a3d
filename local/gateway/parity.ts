/** What the gateway does with each resource of its family, and why. */
import type { RecordedResource, Recording } from "../../program/recording.ts";
import type { Parity, ParityState } from "../service.ts";
import { text } from "../workers/values.ts";

type Rule = Parity | ((resource: RecordedResource, recording: Recording) => Parity);

const v2 = (type: string) => `aws:apigatewayv2/${type}`;
const v1 = (type: string) => `aws:apigateway/${type}`;

const RULES: Record<string, Rule> = {
  [v2("api:Api")]: ({ inputs }) =>
    text(inputs.protocolType) === "WEBSOCKET"
      ? parity("unsupported", "a WebSocket API answers 501")
      : parity("realised", "a port of its own; routing, events, CORS and limits as in the cloud"),
  [v2("route:Route")]: parity("realised", "matched by precedence"),
  [v2("integration:Integration")]: ({ inputs }) =>
    integration(text(inputs.integrationType), text(inputs.connectionType)),
  [v2("stage:Stage")]: parity("realised", "throttling and stage variables; its access log is the run's own"),
  [v2("deployment:Deployment")]: parity("recorded only", "routes are live at once"),
  [v2("apiMapping:ApiMapping")]: parity("recorded only", "the API is reached by its local address"),
  [v2("domainName:DomainName")]: parity("recorded only", "the API is reached by its local address"),
  [v2("vpcLink:VpcLink")]: parity("unsupported", "routes through it answer 501"),
  [v1("restApi:RestApi")]: parity("realised", "a port of its own; events in format 1.0"),
  [v1("resource:Resource")]: parity("realised", "part of the paths"),
  [v1("method:Method")]: parity("realised", "a route"),
  [v1("integration:Integration")]: ({ inputs }) =>
    integration(text(inputs.type), text(inputs.connectionType)),
  [v1("stage:Stage")]: parity("realised", "the first segment of every path"),
  [v1("methodSettings:MethodSettings")]: parity("realised", "throttling"),
  [v1("deployment:Deployment")]: parity("recorded only", "methods are live at once"),
};

export function gatewayParity(resource: RecordedResource, recording: Recording): Parity | undefined {
  const rule = RULES[resource.type];
  return typeof rule === "function" ? rule(resource, recording) : rule;
}

function integration(type: string | undefined, connection: string | undefined): Parity {
  if (type === "AWS_PROXY" && connection !== "VPC_LINK") return parity("realised", "calls the function");
  return parity("unsupported", `${connection === "VPC_LINK" ? connection : type}: its routes answer 501`);
}

function parity(state: ParityState, reason: string): Parity {
  return { state, reason };
}
