/** Where in the program a permission that was refused would be given: the function's declaration, and a link that others have. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Role } from "../local/iam/guard.ts";
import { FUNCTION, functionSettings } from "../local/workers/settings.ts";
import { textMatches } from "../program/reading/arn-pattern.ts";
import { declared } from "../program/reading/resources.ts";
import { text } from "../program/reading/value.ts";
import type { RecordedResource, Recording } from "../program/recording.ts";
import { literalPattern } from "../shared/literal-pattern.ts";

export interface DeclaredPlace {
  /** As the program calls it. */
  name: string;
  /** `index.ts:42`, from the project's folder. */
  at: string;
}

export interface Remedy {
  action: string;
  resource: string;
  /** The function that was refused. */
  function?: DeclaredPlace;
  /** What it may not reach. */
  store?: DeclaredPlace;
  /** What gives it to another function that may, e.g. `orders.readWrite`. */
  link?: { text: string; of: DeclaredPlace };
}

interface Declaration extends DeclaredPlace {
  /** Constant that it is assigned to. */
  variable: string | undefined;
  /** The whole call, with its arguments. */
  source: string;
}

export class Remedies {
  readonly #recording: Recording;
  readonly #roles: readonly Role[];
  readonly #byUrn: ReadonlyMap<string, RecordedResource>;
  readonly #files: { file: string; text: string }[];

  constructor(recording: Recording, roles: readonly Role[]) {
    this.#recording = recording;
    this.#roles = roles;
    this.#byUrn = new Map(recording.resources.map((resource) => [resource.urn, resource]));
    this.#files = recording.sources
      .filter((file) => /\.[cm]?[jt]sx?$/.test(file) && existsSync(file))
      .map((file) => ({ file: path.relative(recording.cwd, file), text: readFileSync(file, "utf8") }));
  }

  of(functionName: string, action: string, resource: string): Remedy {
    const caller = this.#functions().find(({ name }) => name === functionName);
    const called = caller && this.#declaration(caller.resource);
    const reached = this.#reached(resource);
    const store = reached && this.#declaration(reached);
    const link = store && called && this.#link(action, resource, store, called);
    return {
      action,
      resource,
      ...(called ? { function: placeOf(called) } : {}),
      ...(store ? { store: placeOf(store) } : {}),
      ...(link ? { link } : {}),
    };
  }

  /** The shortest that a function with this permission names in its own declaration. */
  #link(action: string, resource: string, store: Declaration, caller: Declaration): Remedy["link"] {
    const { variable } = store;
    if (variable === undefined) return undefined;
    const use = new RegExp(`\\b${variable}\\.\\w+\\b(?!\\s*[(.])`, "g");
    const others = this.#functions()
      .filter(({ role }) => role !== undefined && may(role, action, resource))
      .flatMap(({ resource: of }) => this.#declaration(of) ?? [])
      .filter(({ name }) => name !== caller.name);
    const found = others.flatMap((of) =>
      [...of.source.matchAll(use)].map(([match]) => ({ text: match, of: placeOf(of) })),
    );
    return found.sort((a, b) => a.text.length - b.text.length)[0];
  }

  #functions(): { resource: RecordedResource; name: string; role: Role | undefined }[] {
    return declared(this.#recording, FUNCTION).map((resource) => {
      const { name, roleArn } = functionSettings(resource, this.#recording);
      return { resource, name, role: this.#roles.find(({ arn }) => arn === roleArn) };
    });
  }

  /** What has the ARN: a table also those of its indexes, a bucket those of its objects. */
  #reached(arn: string): RecordedResource | undefined {
    return this.#recording.resources.find(({ custom, outputs }) => {
      const own = custom ? text(outputs.arn) : undefined;
      return own !== undefined && (arn === own || arn.startsWith(`${own}/`));
    });
  }

  /** Of the resource, or of the component that it is a part of. */
  #declaration(resource: RecordedResource): Declaration | undefined {
    for (let one: RecordedResource | undefined = resource; one; one = this.#byUrn.get(one.parent ?? "")) {
      const found = this.#written(one);
      if (found) return found;
    }
    return undefined;
  }

  /** `new Table("orders", …)`, or the call of a function of the program's own that is given the name. */
  #written({ name, type }: RecordedResource): Declaration | undefined {
    const kind = type.split(":").at(-1);
    const quoted = literalPattern(name);
    const call = new RegExp(
      `(?:\\b(?:const|let|var)\\s+(\\w+)\\s*=\\s*)?(new\\s+)?([\\w.]+)(?:<[^()]*>)?\\(\\s*(["'\`])${quoted}\\4`,
      "g",
    );
    const found = this.#files.flatMap(({ file, text: whole }) =>
      [...whole.matchAll(call)].map((match) => ({ file, whole, match })),
    );
    const isOfKind = ({ match: [, , , callee = ""] }: (typeof found)[number]) =>
      callee.split(".").at(-1) === kind;
    const chosen = found.find(isOfKind) ?? found.find(({ match }) => match[2] === undefined);
    if (!chosen) return undefined;
    const { file, whole, match } = chosen;
    const line = whole.slice(0, match.index).split("\n").length;
    const source = wholeCall(whole, match.index + match[0].lastIndexOf("("));
    return { name, at: `${file}:${line}`, variable: match[1], source };
  }
}

function may({ statements, resourceStatements }: Role, action: string, resource: string): boolean {
  return [...statements, ...resourceStatements].some(
    ({ effect, actions, resources }) =>
      effect === "Allow" &&
      actions.some((one) => textMatches(one.toLowerCase(), action.toLowerCase()) === true) &&
      resources.some((one) => textMatches(one, resource) === true),
  );
}

/** Up to the bracket that closes the one at `open`. */
function wholeCall(source: string, open: number): string {
  let depth = 0;
  for (let at = open; at < source.length; at++) {
    if (source[at] === "(") depth++;
    else if (source[at] === ")" && --depth === 0) return source.slice(open, at + 1);
  }
  return source.slice(open);
}

function placeOf({ name, at }: Declaration): DeclaredPlace {
  return { name, at };
}
