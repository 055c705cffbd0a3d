/** Records what components declare, and gives tests short ways to ask for it. */
import assert from "node:assert/strict";
import { type RecordOptions, record } from "../../../tandem/program/record.ts";
import type { RecordedResource, Recording, Value, Values } from "../../../tandem/program/recording.ts";
import type { Recorder } from "../../recorder.ts";

const recorderKey = Symbol.for("program.builds");

export class Declared {
  readonly recording: Recording;

  constructor(recording: Recording) {
    this.recording = recording;
  }

  all(type: string): RecordedResource[] {
    return this.recording.resources.filter((resource) => resource.type === type);
  }

  /** Of the provider, as the stack's settings say. */
  get region(): string {
    return String(this.setting("aws:region"));
  }

  /** What a key of the config is, Pulumi.yaml's default included; the project's own keys without its name. */
  setting(key: string): Value | undefined {
    const { config, project } = this.recording;
    return config[key.includes(":") ? key : `${project}:${key}`];
  }

  /** The only resource of its type, or the only one of its type and name. */
  one(type: string, name?: string): RecordedResource {
    const found = this.all(type).filter((resource) => name === undefined || resource.name === name);
    assert.equal(
      found.length,
      1,
      `${found.length} resources of type ${type} ${name ?? ""}: ${this.names(type)}`,
    );
    return found[0] as RecordedResource;
  }

  inputs(type: string, name?: string): Values {
    return this.one(type, name).inputs;
  }

  names(type: string): string[] {
    return this.all(type).map((resource) => resource.name);
  }

  /** How many resources of which type there are; components and what they are made of. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { type } of this.recording.resources) counts[type] = (counts[type] ?? 0) + 1;
    return counts;
  }

  /** Outputs of the only component of a type. */
  outputs(type: string, name?: string): Values {
    return this.one(type, name).outputs;
  }
}

/** Runs `program` as a recorder runs it that wants no code; in eu-central-1 unless `config` says otherwise. */
export async function declare(program: () => unknown, options: RecordOptions = {}): Promise<Declared> {
  const config = { "aws:region": "eu-central-1", ...options.config };
  const codeless = { bundle: false, built: () => {} };
  const recording = await record(() => withRecorder(codeless, program), { ...options, config });
  return new Declared(recording);
}

/** Runs `program` as an engine runs it: no recorder is there. */
export function asDeployed(program: () => unknown): unknown {
  return withRecorder(undefined, program);
}

function withRecorder(recorder: Recorder | undefined, program: () => unknown): unknown {
  const scope = globalThis as Record<symbol, unknown>;
  const before = scope[recorderKey];
  scope[recorderKey] = recorder;
  try {
    return program();
  } finally {
    scope[recorderKey] = before;
  }
}

/** Statements of a recorded policy document. */
export function statements(policy: unknown): Record<string, unknown>[] {
  assert.equal(typeof policy, "string", "a policy is JSON text");
  return JSON.parse(policy as string).Statement;
}
