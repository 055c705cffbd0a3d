/** One thing that a mapping of an HTTP API changes. */
export interface ParameterChange {
  action: "append" | "overwrite" | "remove";
  place: "header" | "querystring" | "path" | "statuscode";
  /** Lower case where it is a header; empty for a path and a status. */
  name: string;
  /** A text, or where its value stands: `$request.header.x`. */
  value: string;
}

/** Why an integration that maps so does not run here. */
export function notMapped(from: string, to: string): string {
  return `its integration maps ${from} to ${to}, which does not run here`;
}

/** By the status of the answer that they change. */
export type AnswerChanges = ReadonlyMap<number, readonly ParameterChange[]>;
