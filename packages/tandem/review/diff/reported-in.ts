/** Marks the changed properties that a section tells in its own words, resource by resource. */
import { propertiesOfGrants } from "../program-view/grants.ts";
import { propertiesOfEndpoints } from "../program-view/routes.ts";
import { FUNCTION } from "../program-view/view.ts";
import type { Diff, PropertyChange, ResourceChange } from "./diff.ts";

type ReportingSections = Pick<Diff, "permissions" | "routes" | "variables" | "code">;

/**
 * A section tells a property only where it has an entry about this very resource: a policy whose change makes no difference to
 * anybody is told as what it is, a change of a text.
 */
export function withReportedIn(
  changes: readonly ResourceChange[],
  sections: ReportingSections,
): ResourceChange[] {
  const by = {
    permissions: new Set(sections.permissions.flatMap(({ sources }) => sources)),
    routes: new Set(sections.routes.map(({ source }) => source)),
    variables: new Set(sections.variables.map((change) => `${change.function} ${change.name}`)),
    code: new Set(sections.code.map((change) => change.function)),
  };
  const isReported = (
    change: ResourceChange,
    { path, secret }: PropertyChange,
    section: keyof ReportingSections,
  ): boolean => {
    if (section === "variables") return by.variables.has(`${change.name} ${variableOf(path)}`);
    // Only variables are told without their values; what a secret policy means, nobody is told.
    if (secret) return false;
    if (section === "code") return by.code.has(change.name);
    return [change.urn, change.formerly?.urn].some((urn) => urn !== undefined && by[section].has(urn));
  };
  return changes.map((change) => {
    if (change.kind === "created" || change.kind === "deleted") return change;
    const properties = change.properties.map((property): PropertyChange => {
      const section = sectionFor(change.type, property.path);
      if (section === undefined || property.reportedIn !== undefined) return property;
      return isReported(change, property, section) ? { ...property, reportedIn: section } : property;
    });
    return { ...change, properties };
  });
}

const CODE = ["code", "imageUri", "s3Bucket", "s3Key", "s3ObjectVersion", "sourceCodeHash"];
const VARIABLE = /^environment\.variables(?:\.([\w$-]+)|\[(".*")\])$/;

function sectionFor(type: string, path: string): keyof ReportingSections | undefined {
  const top = path.split(/[.[]/)[0] ?? "";
  if (propertiesOfGrants[type]?.includes(top)) return "permissions";
  if (propertiesOfEndpoints[type]?.includes(top)) return "routes";
  if (type !== FUNCTION) return undefined;
  if (variableOf(path) !== undefined) return "variables";
  return CODE.includes(top) ? "code" : undefined;
}

function variableOf(path: string): string | undefined {
  const [, name, quoted] = VARIABLE.exec(path) ?? [];
  return name ?? (quoted === undefined ? undefined : String(JSON.parse(quoted)));
}
