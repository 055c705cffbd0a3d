/** One thing that is looked for, what was found, and the command that brings it where it is missing. */

export const sections = ["local run", "tests", "deployment"] as const;

export type Section = (typeof sections)[number];

export interface Check {
  section: Section;
  name: string;
  here: boolean;
  /** What was found, or what is missing. Never a secret. */
  found: string;
  /** Only where something is missing. */
  mend?: string;
}

export type Finding = Omit<Check, "section" | "name">;

export function here(found: string): Finding {
  return { here: true, found };
}

export function missing(found: string, mend: string): Finding {
  return { here: false, found, mend };
}
