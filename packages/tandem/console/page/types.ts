/** What the API answers: the server's own types, so that page and server cannot drift apart. */

export type { ServedAddress } from "../../local/served-address.ts";
export type { Graph, Line } from "../cloudwatch/graph.ts";
export type { InvocationDescribed, LogLine, Summary } from "../described.ts";
export type { FunctionDetail, FunctionSummary } from "../functions.ts";
export type { ChangesSummary, CostSummary, HomeSummary } from "../home.ts";
export type { LiveRows } from "../live.ts";
export type {
  AlarmDetail,
  AlarmSummary,
  DashboardShown,
  MonitoringSummary,
  ShownWidget,
} from "../monitoring.ts";
export type { Numbers } from "../numbers.ts";
export type { KeptCall } from "../recorder.ts";
export type { Remedy } from "../remedy.ts";
export type { RequestDetail as Detail } from "../requests.ts";
export type { RouteSummary, RoutesSummary } from "../routes.ts";
export type { Answered } from "../send-request.ts";
export type {
  DataSummary,
  QueueSummary,
  ScheduleSummary,
  ShownItem,
  ShownMessage,
  TableSummary,
} from "../stores.ts";
export type { Segment } from "../traces/segments.ts";
export type { MapEdge, MapNode, ServiceMap } from "../traces/service-map.ts";
export type { Sampling, TraceDetail, TraceSummary, TracesSummary } from "../traces/traces.ts";
