/** Compares two recordings of one stack: what deploying the second over the first would change. */
import type { RecordedResource, Recording, Values } from "../../program/recording.ts";
import type { Bill, UnknownBill } from "../cost/bill.ts";
import { compareBills } from "../cost/change.ts";
import { endpointsOf } from "../program-view/routes.ts";
import { FUNCTION, ProgramView } from "../program-view/view.ts";
import type { Contents } from "../values/canonical.ts";
import { Redactor } from "../values/secrets.ts";
import { compareCode, type Side } from "./code.ts";
import { dangers } from "./danger/dangers.ts";
import { openedRoutes } from "./danger/open-routes.ts";
import type { CodeChange, Diff, Violation } from "./diff.ts";
import { type Matching, matchResources } from "./match.ts";
import { partsOf } from "./parts.ts";
import { comparePermissions } from "./permissions.ts";
import { Providers } from "./providers.ts";
import { withPseudoResources } from "./pseudo-resources.ts";
import { translator } from "./renames.ts";
import { withReportedIn } from "./reported-in.ts";
import { compareResources, summarise } from "./resources.ts";
import { compareRoutes } from "./routes.ts";
import { compareVariables } from "./variables.ts";
import { compareViolations } from "./violations.ts";

/** One program at one revision, with what others found out about it. */
export interface Program {
  /** Absent where there is no such program: everything in the other one is new, or gone. */
  recording?: Recording;
  contents?: Contents;
  /** Encrypted values of the configuration, each a secret. */
  encrypted?: Values;
  violations?: Violation[];
  bill?: Bill | UnknownBill;
}

export function compare(before: Program, after: Program): Diff {
  const matching = matchResources(...withPseudoResources(before, after));
  const translate = translator(matching.pairs);
  const [old, now] = [new ProgramView(before.recording), new ProgramView(after.recording)];
  const providers = new Providers(before.recording, after.recording);
  const parts = {
    created: partsOf(matching.created, after.recording),
    deleted: partsOf(matching.deleted, before.recording),
  };
  const compared = compareResources(matching, { translate, providers, parts });
  const functions = matching.pairs.filter((pair) => pair.after.type === FUNCTION);
  const cost = compareBills(before.bill, after.bill);
  const redactor = new Redactor([before.recording, after.recording]);
  const routes = compareRoutes(endpointsOf(old), endpointsOf(now), translate);
  const reported = {
    permissions: comparePermissions(old, now, { translate, providers, routes }),
    routes,
    variables: functions.flatMap((pair) => compareVariables(pair, translate)),
    code: codeChanges(matching, sideOf(before), sideOf(after)),
  };
  const changes = compared.map(({ change }) => change);
  const stack = (after.recording ?? before.recording)?.stack ?? "";
  const violations = compareViolations(before.violations, after.violations);
  const opened = openedRoutes(violations, { routes, resources: changes, stack });
  return {
    stack,
    summary: summarise(compared, matching),
    ...redactor.report({
      danger: [
        ...dangers(
          compared,
          matching.pairs.map((pair) => pair.before),
        ),
        ...opened,
      ],
      ...reported,
      resources: withReportedIn(changes, reported),
      violations,
    }),
    ...(cost && { cost }),
  };
}

function codeChanges({ pairs, created, deleted }: Matching, old: Side, now: Side): CodeChange[] {
  const functions = (resources: RecordedResource[]) => resources.filter(({ type }) => type === FUNCTION);
  const both = pairs.filter(({ after }) => after.type === FUNCTION);
  return [
    ...both.flatMap(({ before, after }) =>
      compareCode({ function: before, side: old }, { function: after, side: now }),
    ),
    ...functions(created).flatMap((lambda) => compareCode(undefined, { function: lambda, side: now })),
    ...functions(deleted).flatMap((lambda) => compareCode({ function: lambda, side: old }, undefined)),
  ].sort((a, b) => (a.function < b.function ? -1 : 1));
}

function sideOf({ recording, contents = {} }: Program): Side {
  return { recording, contents };
}
