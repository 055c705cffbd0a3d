/** What the gateway serves: the APIs of a recorded program, read once and then only looked at. */
import type { Authorizer } from "./authorizer.ts";
import type { CorsRules } from "./cors.ts";
import type { HttpAnswer } from "./http/http-message.ts";
import type { Permission } from "./permissions.ts";
import type { RouteTable } from "./route-table.ts";
import type { TokenBucket } from "./token-bucket.ts";

/** `HTTP` and `WEBSOCKET` are API Gateway v2, `REST` is v1. */
export type Protocol = "HTTP" | "REST" | "WEBSOCKET";

export interface Api {
  urn: string;
  /** Logical name. */
  name: string;
  /** As the cloud would number it. */
  id: string;
  protocol: Protocol;
  region: string;
  accountId: string;
  /** `arn:aws:execute-api:<region>:<account>:<id>`. */
  executionArn: string;
  /** `https://<id>.execute-api.<region>.amazonaws.com`, as the program knows it. */
  endpoint: string;
  cors?: CorsRules;
  /** REST only: media types that are base64 in events, and decoded in answers to who accepts them. */
  binaryMediaTypes: string[];
  stages: Stage[];
}

export interface Stage {
  /** `$default`, or the first segment of every path. */
  name: string;
  variables?: Record<string, string>;
  routes: RouteTable<Route>;
}

export interface Route {
  /** `GET /books/{id}`, `ANY /{proxy+}` or `$default`. */
  key: string;
  /** REST: the resource's id. */
  resourceId?: string;
  target: Target;
  authorizer: Authorizer;
  /** Absent: not throttled. */
  bucket?: TokenBucket;
}

export type Target = LambdaTarget | MockTarget | FilesTarget | UnsupportedTarget;

export interface LambdaTarget {
  kind: "lambda";
  /** As the integration names it, with qualifier if there is one. */
  functionArn: string;
  functionName: string;
  payloadFormat: "1.0" | "2.0";
  timeoutMilliseconds: number;
  permission: Permission;
}

/** Always the same answer, without a function. */
export interface MockTarget {
  kind: "mock";
  answer: HttpAnswer;
}

/** A file, or a folder of files, of the program. */
export interface FilesTarget {
  kind: "files";
  /** Absolute; nothing outside of it is served. */
  root: string;
  /** File of the root for the route's own path. */
  index: string;
  /** False for a single file: the index is all that is served. */
  isFolder: boolean;
  /** Absent: by the file's extension. */
  contentType?: string;
}

/** Declared, but of a kind that is not run here; answered 501. */
export interface UnsupportedTarget {
  kind: "unsupported";
  reason: string;
}
