/** Keeps what the program allows its roles; the emulators ask its guard before every call. */
import { readTypeToken } from "../../program/reading/type-token.ts";
import type { RecordedResource, Recording } from "../../program/recording.ts";
import { DeploymentRefusals } from "../deployment-refusals.ts";
import type { LocalContext, Parity, Service } from "../service.ts";
import { LAMBDA } from "./assumptions.ts";
import { Guard, type Refusal, type Role } from "./guard.ts";
import { malformedPolicies } from "./malformed.ts";
import { guardOf, rolesOf } from "./policies.ts";
import { deniedAssumptions } from "./trust.ts";

const OF_RESOURCE = "checked at every call of the program's roles to what it is attached to";

const REALISED: Record<string, string> = {
  "aws:s3/bucketPolicy:BucketPolicy": OF_RESOURCE,
  "aws:sqs/queuePolicy:QueuePolicy": OF_RESOURCE,
  "aws:sns/topicPolicy:TopicPolicy": OF_RESOURCE,
  "aws:cloudwatch/eventBusPolicy:EventBusPolicy": OF_RESOURCE,
  "aws:dynamodb/resourcePolicy:ResourcePolicy": OF_RESOURCE,

  "aws:iam/role:Role": "has credentials of its own; its policies are checked at every call to a local store",
  "aws:iam/rolePolicy:RolePolicy": "checked at every call to a local store",
  "aws:iam/policy:Policy": "checked for the roles it is attached to",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "the attached policy is checked",
  "aws:iam/policyAttachment:PolicyAttachment": "the attached policy is checked",
  "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive":
    "the attached policies are checked",
};

export class IamService implements Service {
  readonly name = "iam";
  #roles: readonly Role[] = [];
  #guard = new Guard([]);
  readonly #reported = new Set<string>();
  readonly #refusals: DeploymentRefusals;

  constructor(refusals = new DeploymentRefusals()) {
    this.#refusals = refusals;
  }

  get roles(): readonly Role[] {
    return this.#roles;
  }

  get guard(): Guard {
    return this.#guard;
  }

  parity({ type }: RecordedResource): Parity | undefined {
    const reason = REALISED[type];
    return reason === undefined ? undefined : { state: "realised", reason };
  }

  async start(context: LocalContext): Promise<void> {
    await this.update(context);
  }

  async update({ recording, log }: LocalContext): Promise<void> {
    this.#refusals.report(malformedPolicies(recording), log);
    this.#roles = rolesOf(recording);
    this.#guard = guardOf(recording);
    this.#reported.clear();
    this.#reportUntrusted(recording, log);
  }

  async stop(): Promise<void> {}

  /** Functions that AWS would not create are not loaded, with the same reason (workers/function-catalog.ts); the rest is said here. */
  #reportUntrusted(recording: Recording, log: (line: string) => void): void {
    for (const { resource, service, refusal } of deniedAssumptions(recording)) {
      if (service === LAMBDA && refusal.kind === "refused") continue;
      this.#report(`${readTypeToken(resource.type).name} ${resource.name}: ${refusal.reason}.`, log);
    }
  }

  /** Tells the person at the terminal what is missing, once for each thing. */
  report(refusal: Refusal, log: (line: string) => void): void {
    this.#report(`IAM: ${refusal.message}\n     ${refusal.hint}`, log);
  }

  #report(line: string, log: (line: string) => void): void {
    if (this.#reported.has(line)) return;
    this.#reported.add(line);
    log(line);
  }
}
