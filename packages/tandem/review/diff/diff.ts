/**
 * What differs between two recordings of one stack: plain JSON, so that it can be printed, kept and compared.
 * It reads both ways: the difference of the swapped recordings says the same with `before` and `after` swapped.
 */
import type { Value } from "../../program/recording.ts";
import type { CostChange } from "../cost/change.ts";

export interface Diff {
  stack: string;
  summary: Summary;
  danger: Danger[];
  permissions: PermissionChange[];
  routes: RouteChange[];
  variables: VariableChange[];
  code: CodeChange[];
  /** Every created, deleted, renamed and changed resource; what a section above tells already is marked. */
  resources: ResourceChange[];
  violations: ViolationChange[];
  /** Absent where the monthly cost stays the same. */
  cost?: CostChange;
}

/** Resources by what becomes of them; each is counted once. */
export interface Summary {
  created: number;
  deleted: number;
  /** Deleted and created anew, as far as the provider says. */
  replaced: number;
  renamed: number;
  changed: number;
  unchanged: number;
}

/**
 * `alias`: the new program says what the resource was called, and keeps it. `lost`: only the old program does, so the
 * engine deletes the one and creates the other.
 */
export type Renaming = "alias" | "lost";

export interface ResourceChange {
  kind: "created" | "deleted" | "changed" | "renamed";
  type: string;
  name: string;
  urn: string;
  formerly?: { type: string; name: string; urn: string; renaming: Renaming };
  /** Of a created or deleted resource: URN of the one that it serves and that is created or deleted with it, as a role with its function. */
  partOf?: string;
  properties: PropertyChange[];
}

export interface PropertyChange {
  /** e.g. `policy.Statement[Sid=TlsOnly].Action[]`; resource options stand under `options`. */
  path: string;
  /** Absent where the property is new. */
  before?: Value;
  /** Absent where the property is gone. */
  after?: Value;
  /** The value is a secret: neither value is shown. */
  secret?: true;
  /** The provider, or the program, says that a change of this property replaces the resource. */
  replaces?: true;
  /** Of another provider: what of it says that it works elsewhere, e.g. `region eu-central-1 → us-east-1`. */
  elsewhere?: string;
  /** The section that tells this change of this resource in its own words; `region` where it only follows the region. */
  reportedIn?: "permissions" | "routes" | "variables" | "code" | "region";
}

export type DangerKind =
  | "replaced"
  | "deleted"
  | "deleted-but-protected"
  | "forgotten"
  | "address-lost"
  | "index-lost"
  | "unprotected"
  | "opened"
  | "moved";

export interface Danger {
  kind: DangerKind;
  type: string;
  name: string;
  urn: string;
  /** One sentence for a person: what happens to what, and why. */
  message: string;
}

export interface PermissionChange {
  direction: "widened" | "narrowed";
  /** Functions that have the permission; where it is of another role or on a resource, that one's name. */
  holderName: string;
  holderKind: "function" | "role" | "user" | "group" | "policy" | "resource";
  effect: "Allow" | "Deny";
  /** Who is let in: of policies on resources and trust policies only. */
  principal?: string;
  action: string;
  resource: string;
  /** Canonical JSON. */
  condition?: string;
  /** What of the program the resource is, with what follows its ARN. */
  target?: { type: string; name: string; rest: string };
  /** URN of the subject. */
  holder: string;
  /** Of a new subject: those that were there have it as well, each for itself. */
  usual?: true;
  /** URNs of the policies in which it stands. */
  sources: string[];
  /** It only lets a route through that is reported as a route. */
  reportedIn?: "routes";
}

export interface RouteChange {
  change: "opened" | "closed" | "changed";
  /** Logical name of the API. */
  api: string;
  /** e.g. `GET /orders/{id}`. */
  route: string;
  before?: RouteState;
  after?: RouteState;
  /** URN of the resource that declares it. */
  source: string;
}

export interface RouteState {
  /** `open`, `JWT orders:write`, `IAM`, … */
  authorization: string;
  /** Logical name of the function behind it, where there is one. */
  function?: string;
}

export interface VariableChange {
  /** Logical name of the function. */
  function: string;
  name: string;
  before?: Value;
  after?: Value;
  secret?: true;
}

export interface CodeChange {
  function: string;
  before?: CodeState;
  after?: CodeState;
  packagesAdded: string[];
  packagesRemoved: string[];
}

export interface CodeState {
  /** First digits of the code's sha256. */
  hash: string;
  /** Absent where the recording does not say how large the code is. */
  bytes?: number;
}

/** What a rule finds in a recording. */
export interface Violation {
  rule: string;
  /** Logical name and type of the resource, for a person. */
  resource: string;
  message: string;
}

export interface ViolationChange extends Violation {
  change: "new" | "gone";
}

export function isEmpty(diff: Diff): boolean {
  const { danger, permissions, routes, variables, code, resources, violations, cost } = diff;
  return (
    [danger, permissions, routes, variables, code, resources, violations].every(
      (section) => section.length === 0,
    ) && cost === undefined
  );
}
