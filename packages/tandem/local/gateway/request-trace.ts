/** The trace that a request is part of, and whether its stage makes segments of it. */
import type { ApiSegment } from "../observer.ts";
import type { Sampled } from "../xray/sampling.ts";
import { newSegmentId, readTraceHeader } from "../xray/trace-header.ts";
import type { RequestTrace, Stage } from "./api.ts";
import type { HeaderFields } from "./http/header-fields.ts";
import { newTraceId } from "./payloads/identifiers.ts";

/** Asked where the caller has not decided; without it no stage is traced. */
export type SamplesRequest = (asked: Sampled) => boolean;

export interface TracedRequest {
  time: number;
  method: string;
  path: string;
  fields: HeaderFields;
}

/** @param request whose header of the trace is there from then on */
export function traceOfRequest(
  { traced }: Stage,
  { time, method, path, fields: { joined } }: TracedRequest,
  samples: SamplesRequest | undefined,
): RequestTrace {
  const given = joined["x-amzn-trace-id"];
  const read = given === undefined ? {} : readTraceHeader(given);
  // As in the cloud: what names no trace is given one.
  const header = given !== undefined && read.root !== undefined ? given : newTraceId(time);
  joined["x-amzn-trace-id"] = header;
  if (!traced || !samples) return { header };
  const root = read.root ?? header.slice("Root=".length);
  const host = joined.host ?? "";
  const isSampled =
    read.sampled ??
    samples({
      serviceName: traced.service,
      serviceType: "AWS::ApiGateway::Stage",
      resourceArn: traced.arn,
      host,
      method,
      path,
      attribute: (name) => joined[name.toLowerCase()],
    });
  const segment: ApiSegment = {
    trace: root,
    ...(read.parent === undefined ? {} : { parent: read.parent }),
    id: newSegmentId(),
    call: newSegmentId(),
    service: traced.service,
    stageArn: traced.arn,
    host,
  };
  return {
    header: `Root=${root};Parent=${segment.call};Sampled=${isSampled ? 1 : 0}`,
    ...(isSampled ? { segment } : {}),
  };
}
