/** X-Ray on this machine: the daemon of the run's functions, and who of them is followed. */
import type { RecordedResource } from "../../program/recording.ts";
import type { Guard } from "../iam/guard.ts";
import type { Observer } from "../observer.ts";
import type { LocalContext, Parity, Service } from "../service.ts";
import type { FunctionSettings } from "../workers/settings.ts";
import { SAMPLING_RULE, type Sampled, Sampler, samplingRules } from "../xray/sampling.ts";
import { Daemon } from "./daemon.ts";

const PUT = "xray:PutTraceSegments";

export class XrayService implements Service {
  readonly name = "x-ray";
  readonly sampler = new Sampler();
  readonly #guard: () => Guard;
  readonly #observer: Observer | undefined;
  /** Roles that were looked at, and whether they may send segments. */
  readonly #mayPut = new Map<string, boolean>();
  #daemon: Daemon | undefined;
  #log: (line: string) => void = () => {};

  constructor(guard: () => Guard, observer?: Observer) {
    this.#guard = guard;
    this.#observer = observer;
  }

  parity({ type }: RecordedResource): Parity | undefined {
    if (type === SAMPLING_RULE)
      return { state: "realised", reason: "decides which requests of functions and REST stages are traced" };
    if (type === "aws:xray/group:Group")
      return { state: "realised", reason: "a filter of the console's traces; insights are the cloud's" };
    return undefined;
  }

  async start(context: LocalContext): Promise<void> {
    this.#log = context.log;
    await this.update(context);
    const observer = this.#observer;
    const daemon = new Daemon({
      port: context.ports.of("X-Ray"),
      rules: () => this.sampler.rules,
      log: context.log,
      onDocument:
        observer &&
        ((read) => {
          if ("document" in read) observer.segment(read.document);
          else observer.segmentRefused(read.refused);
        }),
      onLeftOut: observer && (() => observer.segmentRefused("more than 2,000 a second")),
    });
    const address = await daemon.listen();
    this.#daemon = daemon;
    const [host = "", port = ""] = address.split(":");
    context.addresses.variable("AWS_XRAY_DAEMON_ADDRESS", address);
    context.addresses.variable("_AWS_XRAY_DAEMON_ADDRESS", host);
    context.addresses.variable("_AWS_XRAY_DAEMON_PORT", port);
  }

  async update({ recording }: LocalContext): Promise<void> {
    this.#mayPut.clear();
    this.sampler.use(samplingRules(recording));
  }

  async stop(): Promise<void> {
    await this.#daemon?.close();
    this.#daemon = undefined;
  }

  /** Whether an invocation is followed on which nobody has decided. */
  samplesInvocation({ traced, name, arn }: FunctionSettings): boolean {
    return (
      traced &&
      this.sampler.samples({ serviceName: name, serviceType: "AWS::Lambda::Function", resourceArn: arn })
    );
  }

  samplesRequest(asked: Sampled): boolean {
    return this.sampler.samples(asked);
  }

  /** Lambda sends segments, its own too, in the name of the function's role. */
  mayPut({ name, roleArn }: FunctionSettings): boolean {
    if (roleArn === undefined) return true;
    const known = this.#mayPut.get(roleArn);
    if (known !== undefined) return known;
    const refusal = this.#guard().refusalForRole(roleArn, { action: PUT, resource: "*", context: {} });
    if (refusal)
      this.#log(`${name} is traced, but nothing of it arrives at X-Ray: ${refusal.message}. ${refusal.hint}`);
    this.#mayPut.set(roleArn, refusal === undefined);
    return refusal === undefined;
  }
}
