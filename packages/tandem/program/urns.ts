/** URNs as the engine makes them: the types of all parents below the stack, joined with `$`, then the resource's own. */
import type { Recording } from "./recording.ts";

export const STACK_TYPE = "pulumi:pulumi:Stack";

export interface UrnParts {
  stack: string;
  project: string;
  /** `tandem:aws:LambdaFunction$aws:iam/role:Role` */
  qualifiedType: string;
  type: string;
  name: string;
}

export function parseUrn(urn: string): UrnParts {
  const [scheme, project = "", qualifiedType = "", ...name] = urn.split("::");
  const type = qualifiedType.slice(qualifiedType.lastIndexOf("$") + 1);
  return {
    stack: (scheme ?? "").slice("urn:pulumi:".length),
    project,
    qualifiedType,
    type,
    name: name.join("::"),
  };
}

export function makeUrn(
  stack: string,
  project: string,
  parent: string | undefined,
  type: string,
  name: string,
): string {
  const above = parent === undefined || parent === "" ? STACK_TYPE : parseUrn(parent).qualifiedType;
  const qualifiedType = above === STACK_TYPE ? type : `${above}$${type}`;
  return `urn:pulumi:${stack}::${project}::${qualifiedType}::${name}`;
}

/** An alias as the SDK sends it: a URN, or what differs from the resource as it is declared now. */
export interface AliasRequest {
  hasUrn(): boolean;
  getUrn(): string;
  getSpec():
    | {
        getName(): string;
        getType(): string;
        getStack(): string;
        getProject(): string;
        getParenturn(): string;
        getNoparent(): boolean;
      }
    | undefined;
}

/**
 * Every URN a resource was known by: its own aliases, and those that follow from the aliases of its parent, where a name
 * that starts with the parent's name changes along with it.
 */
export function aliasUrns(
  urn: string,
  parent: string | undefined,
  own: AliasRequest[],
  ofParent: string[],
): string[] {
  const now = parseUrn(urn);
  const explicit = own.map((alias) => {
    const spec = alias.getSpec();
    if (alias.hasUrn() || spec === undefined) return alias.getUrn();
    return makeUrn(
      spec.getStack() || now.stack,
      spec.getProject() || now.project,
      spec.getNoparent() ? undefined : spec.getParenturn() || parent,
      spec.getType() || now.type,
      spec.getName() || now.name,
    );
  });
  const inherited = ofParent.flatMap((parentAlias) =>
    [urn, ...explicit].map((known) => underParent(parseUrn(known), parseUrn(parent ?? ""), parentAlias)),
  );
  return [...new Set([...explicit, ...inherited])].filter((alias) => alias !== urn);
}

function underParent(child: UrnParts, parent: UrnParts, parentAlias: string): string {
  const { stack, project, name } = parseUrn(parentAlias);
  const childName = child.name.startsWith(parent.name)
    ? name + child.name.slice(parent.name.length)
    : child.name;
  return makeUrn(stack, project, parentAlias, child.type, childName);
}

/** Of the stack itself, for what concerns no single resource. */
export function stackUrn({ project, stack }: Pick<Recording, "project" | "stack">): string {
  return makeUrn(stack, project, undefined, STACK_TYPE, `${project}-${stack}`);
}
