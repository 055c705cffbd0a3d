/** Integrations of a REST API that are not proxies (AWS, HTTP, MOCK): mappings stand before and behind what is called. */
import type { Permission } from "../iam/invocation-permission.ts";

export interface MappedTarget {
  kind: "mapped";
  backend: Backend;
  timeoutMilliseconds: number;
  request: RequestMapping;
  /** By status. */
  responses: ResponseMapping[];
}

export type Backend =
  /** MOCK: the answer is worked out of the request alone. */
  | { kind: "nothing" }
  | { kind: "function"; functionArn: string; functionName: string; permission: Permission }
  | { kind: "server"; uri: string; method?: string }
  | ServiceBackend;

/** An operation of a service of AWS that the run has too. */
export interface ServiceBackend {
  kind: "service";
  /** As a signature names it, e.g. `sqs`. */
  service: string;
  region: string;
  /** Of `action/PutItem`. */
  action?: string;
  /** Of `path/bucket/{key}`, with what mappings fill in. */
  path: string;
  /** Absent: the caller's own. */
  method?: string;
  /** In whose name the API calls. */
  roleArn: string;
  /** Why API Gateway may not assume the role. */
  refusal?: string;
}

export type ContentHandling = "CONVERT_TO_TEXT" | "CONVERT_TO_BINARY" | undefined;
export type Passthrough = "WHEN_NO_MATCH" | "WHEN_NO_TEMPLATES" | "NEVER";

export interface RequestMapping {
  /** Media type → template. */
  templates: Record<string, string>;
  /** `integration.request.header.X` → where its value stands. */
  parameters: Record<string, string>;
  /** Of bodies that no template is for. */
  passthrough: Passthrough;
  contentHandling: ContentHandling;
}

export interface ResponseMapping {
  /** Expression for a status, or for a function's error message; absent for all that no other takes. */
  pattern?: RegExp;
  status: number;
  /** `method.response.header.X` → where its value stands. */
  parameters: Record<string, string>;
  /** Media type → template. */
  templates: Record<string, string>;
  contentHandling: ContentHandling;
}

/** What a backend is asked. */
export interface MappedRequest {
  /** Lower-case names. */
  headers: Record<string, string>;
  query: [name: string, value: string][];
  path: Record<string, string>;
  body: string | Buffer;
}

/** What it gave. */
export interface BackendAnswer {
  status: number;
  /** Names and values in turn. */
  headers: readonly string[];
  body: Buffer;
  /** What the patterns of responses are held against; undefined where only the default one is right. */
  selects: string | undefined;
  /** Of a function's invocation. */
  invocationId?: string;
}
