/** Whether the clouds take the names that a component makes of its own, in every stack of a project. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { parse } from "yaml";
import { stacksOf } from "../program/stack-files.ts";
import { linked } from "./program-file.ts";

/** Names that a component makes, by its class: what they are names of, and what stands behind the component's own. */
const made = {
  LambdaFunction: [["function"], ["role"], ["policy", "-network-guard"]],
  DynamoTable: [["table"]],
  Bucket: [["bucket"], ["bucket", "-access-log"]],
  Queue: [["queue"], ["queue", "-dead-letters"]],
  Schedule: [["schedule"], ["role", "-schedule"], ["queue", "-dead-letters"]],
  BucketEventSource: [["queue", "-dead-letters"]],
  AtlasDatabase: [["atlasProject"], ["atlasCluster"]],
  HttpApi: [["api"]],
  Monitoring: [["dashboard"], ["topic", "-alarms"]],
  Tracing: [["sampling"]],
} as const satisfies Record<string, readonly (readonly [kind: string, suffix?: string])[]>;

type ComponentClass = keyof typeof made;
type NameKind = (typeof made)[ComponentClass][number][0];

/** What `packages/components/name-rules.ts` of a project exports: the rules by which its components refuse names. */
interface NameRules {
  nameRules: Record<NameKind, { longest: number }>;
  nameMistake(
    kind: NameKind,
    parts: { project: string; stack: string; name: string; suffix?: string },
  ): string | undefined;
  variableMistake(name: string): string | undefined;
}

export function nameRulesOf(root: string): NameRules {
  return createRequire(path.join(root, "package.json"))("./packages/components/name-rules.ts") as NameRules;
}

/** None of a class that makes no names of its own. */
function namesOf(className: string): readonly (readonly [kind: NameKind, suffix?: string])[] {
  return Object.hasOwn(made, className) ? made[className as ComponentClass] : [];
}

/** Of one component in all stacks of the project; undefined where every name is taken. */
export function cloudNameMistake(root: string, className: string, name: string): string | undefined {
  const project = (parse(readFileSync(path.join(root, "Pulumi.yaml"), "utf8")) as { name: string }).name;
  return mistakeIn(root, project, className, name);
}

/** Of every component of index.ts in a project of another name. */
export function renamedMistake(root: string, project: string): string | undefined {
  const program = readFileSync(path.join(root, "index.ts"), "utf8");
  for (const [, className = "", name = ""] of program.matchAll(/\bnew (\w+)\("([^"]+)"/g)) {
    const mistake = mistakeIn(root, project, className, name);
    if (mistake !== undefined) return mistake;
  }
  return undefined;
}

function mistakeIn(root: string, project: string, className: string, name: string): string | undefined {
  const { nameMistake, variableMistake } = nameRulesOf(root);
  // The names of these become variables of functions.
  if (linked.includes(className)) {
    const mistake = variableMistake(name);
    if (mistake !== undefined) return mistake;
  }
  for (const stack of stacksOf(root)) {
    for (const [kind, suffix] of namesOf(className)) {
      const mistake = nameMistake(kind, {
        project,
        stack,
        name,
        ...(suffix === undefined ? {} : { suffix }),
      });
      if (mistake !== undefined) return mistake;
    }
  }
  return undefined;
}
