/** Stands before an emulator: who makes a request, and whether the program allows what it asks for. */
import { ACCOUNT_ID, readArn } from "../../program/reading/arn.ts";
import type { Context } from "./conditions.ts";
import { credentialsOf, operatorCredentials, sessionOf } from "./credentials.ts";
import { type Call, evaluate, type Verdict } from "./evaluate.ts";
import { isGenuine, readSignature, type SignedRequest, sessionToken } from "./signature.ts";
import { isUnknown, type SourcedStatement, shownStatement } from "./statements.ts";

/** Plain JSON: it is handed to the thread that serves DynamoDB. */
export interface Role {
  name: string;
  arn: string;
  accessKeyId: string;
  /** The session name in AWS's messages: that of the function whose call it is, else of one that runs with the role. */
  session: string;
  statements: SourcedStatement[];
  /** Of the policies of buckets, queues and tables, those that are about this role. */
  resourceStatements: SourcedStatement[];
  /** With a permissions boundary, these must allow the call too. */
  boundary?: SourcedStatement[];
}

export interface Principal {
  /** Undefined for the operator: the person at this machine, who may do everything. */
  role?: Role;
  /** As it stands in AWS's messages. */
  arn: string;
  /** Of the request, as its signature says. */
  region: string;
  /** Filled where somebody looks: what was decided of the request. */
  decisions?: Decision[];
}

export type AuthenticationFailure = "no signature" | "unknown key" | "wrong signature" | "wrong service";

export interface Refusal {
  call: Call;
  /** AWS's own sentence. */
  message: string;
  /** For the person at the terminal: what to add, or what cannot be judged. */
  hint: string;
}

/** What was decided of one call, and by which statement. */
export interface Decision {
  action: string;
  resource: string;
  /** Resource of the program whose policy allows it, with what the statement says. */
  by?: Pick<SourcedStatement, "source" | "actions" | "resources">;
  /** Of one that is not allowed. */
  refusal?: Pick<Refusal, "message" | "hint">;
}

/** A request on which what is decided of it may be written down. */
interface Watched {
  decisions?: Decision[];
  session?: string;
}

export class Guard {
  readonly #roles = new Map<string, Role>();
  /** By token, of those that were found genuine: there are as many as functions. */
  readonly #sessions = new Map<string, Role>();

  constructor(roles: readonly Role[]) {
    for (const role of roles) this.#roles.set(role.accessKeyId, role);
  }

  /** `service`: what the request came to, e.g. `dynamodb`. One that is signed for another is refused. */
  authenticate(request: SignedRequest & Watched, service: string): Principal | AuthenticationFailure {
    const claimed = readSignature(request);
    if (!claimed) return "no signature";
    const { accessKeyId, region } = claimed;
    const token = sessionToken(request);
    const role = token === undefined ? undefined : this.#session(accessKeyId, token);
    // A session's key alone is no credential: AWS does not know it without the token. A user's takes none.
    const isOperator = accessKeyId === operatorCredentials.accessKeyId && token === undefined;
    if (!role && !isOperator) return "unknown key";
    if (!isGenuine(request, claimed)) return "wrong signature";
    if (claimed.service !== service) return "wrong service";
    const { decisions } = request;
    if (decisions && role) request.session = role.session;
    return role
      ? { role, arn: sessionArn(role), region, ...(decisions ? { decisions } : {}) }
      : { arn: `arn:aws:iam::${ACCOUNT_ID}:user/operator`, region };
  }

  /** Of a function, by the token alone. */
  roleOfToken(token: string): Role | undefined {
    for (const accessKeyId of this.#roles.keys()) {
      const role = this.#session(accessKeyId, token);
      if (role) return role;
    }
    return undefined;
  }

  #session(accessKeyId: string, token: string): Role | undefined {
    const known = this.#sessions.get(token);
    if (known) return known.accessKeyId === accessKeyId ? known : undefined;
    const role = this.#roles.get(accessKeyId);
    if (!role) return undefined;
    const session = sessionOf(accessKeyId, token);
    if (session === undefined) return undefined;
    const named = session === "" ? role : { ...role, session };
    this.#sessions.set(token, named);
    return named;
  }

  /** The first call that is not allowed; undefined when all are. */
  refusal(principal: Principal, calls: readonly Call[]): Refusal | undefined {
    if (!principal.role) return undefined;
    for (const call of calls) {
      const context = { ...ambient(principal.role, principal.region), ...call.context };
      const { refusal, by } = judge(principal.role, { ...call, context });
      principal.decisions?.push(decisionOf(call, refusal, by));
      if (refusal) return refusal;
    }
    return undefined;
  }

  /** For what AWS does in a role's name without a request of it, e.g. a schedule calling its function. */
  refusalForRole(roleArn: string, call: Call): Refusal | undefined {
    const role = this.#roles.get(credentialsOf(roleArn).accessKeyId);
    return role && judge(role, { ...call, context: { ...ambient(role), ...call.context } }).refusal;
  }
}

/** What every request says about itself. Networks, tags and sessions of the cloud are not known here. */
function ambient(role: Role, region?: string): Context {
  const now = new Date();
  return {
    // In the cloud the same call goes over TLS.
    "aws:securetransport": ["true"],
    "aws:principalarn": [role.arn],
    "aws:principalaccount": [readArn(role.arn)?.account ?? ""],
    "aws:principaltype": ["AssumedRole"],
    "aws:viaawsservice": ["false"],
    // Roles have none.
    "aws:username": [],
    "aws:currenttime": [now.toISOString()],
    "aws:epochtime": [String(Math.floor(now.getTime() / 1000))],
    // Only calls that a service makes on somebody's behalf carry these.
    "aws:sourcearn": [],
    "aws:sourceaccount": [],
    ...(region === undefined ? {} : { "aws:requestedregion": [region] }),
  };
}

/** A refusal, or the statement that allows it. */
function judge(role: Role, call: Call): { refusal?: Refusal; by?: SourcedStatement } {
  const verdict = evaluate([...role.statements, ...role.resourceStatements], call);
  if (verdict.kind !== "allowed") return { refusal: refuse(role, call, verdict, "identity-based policy") };
  if (role.boundary) {
    const limit = evaluate(role.boundary, call);
    if (limit.kind !== "allowed") return { refusal: refuse(role, call, limit, "permissions boundary") };
  }
  return { by: verdict.by };
}

function decisionOf({ action, resource }: Call, refusal?: Refusal, by?: SourcedStatement): Decision {
  if (refusal) return { action, resource, refusal: { message: refusal.message, hint: refusal.hint } };
  if (!by) return { action, resource };
  return { action, resource, by: shownStatement(by) };
}

function refuse(
  role: Role,
  call: Call,
  verdict: Exclude<Verdict, { kind: "allowed" }>,
  kind: string,
): Refusal {
  const { action, resource } = call;
  const start = `User: ${sessionArn(role)} is not authorized to perform: ${action} on resource: ${resource}`;
  if (verdict.kind === "not judged" && isUnknown(verdict.because)) {
    const { source } = verdict.because;
    return {
      call,
      message: `${start} because the local run does not know what this policy says: ${source}`,
      hint: `Not known here: ${source}. Declare the role and its permissions in the program.`,
    };
  }
  if (verdict.kind === "not judged") {
    const { because } = verdict;
    return {
      call,
      message: `${start} because the local run cannot judge a statement of ${because.source} (${unjudged(because)})`,
      hint: cannotBeJudged(because),
    };
  }
  if (verdict.kind === "explicitly denied") {
    return {
      call,
      message: `${start} with an explicit deny in ${article(verdict.by.principals ? "resource-based policy" : kind)}`,
      hint: `${verdict.by.source} denies it.`,
    };
  }
  const missing = `Add to the policy of role ${role.name}: { "Effect": "Allow", "Action": "${action}", "Resource": "${resource}" }`;
  return {
    call,
    message: `${start} because no ${kind} allows the ${action} action`,
    hint: verdict.besides ? `${missing}. ${cannotBeJudged(verdict.besides)}` : missing,
  };
}

function cannotBeJudged(statement: SourcedStatement): string {
  return `${statement.effect === "Deny" ? "A Deny" : "A statement"} of ${statement.source} cannot be judged on this machine: ${unjudged(statement)}.`;
}

function unjudged({ conditions, unknown = [] }: SourcedStatement): string {
  return (
    [...unknown, ...conditions.map(({ operator, key }) => `${operator} ${key}`)].join(", ") ||
    "a policy variable"
  );
}

export function sessionArn({ arn, name, session }: Role): string {
  const account = readArn(arn)?.account ?? "";
  return `arn:aws:sts::${account}:assumed-role/${name}/${session}`;
}

function article(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
}
