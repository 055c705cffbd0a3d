/** A recorded program with what the rules say of it: the rules of the working tree, for both revisions. */
import { check } from "../../policies/check.ts";
import type { Program } from "../diff/compare.ts";
import type { Recorded } from "./record.ts";

export function judged({ recording, contents }: Recorded): Program {
  const violations = check(recording).violations.map(({ rule, resource, message, remedy }) => ({
    rule,
    resource,
    message: `${message}. ${remedy}`,
  }));
  return { recording, contents, violations };
}
