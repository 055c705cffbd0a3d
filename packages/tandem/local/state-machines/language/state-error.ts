/** How a state fails: what Retry and Catch compare, and a sentence or JSON text beside it. */

export class StateError extends Error {
  readonly error: string;
  /** The `Cause` of Step Functions. */
  readonly why: string;

  constructor(error: string, why = "") {
    super(why === "" ? error : `${error}: ${why}`);
    this.error = error;
    this.why = why;
  }
}

/** A mistake of the definition, or of data that it takes for granted. */
export function runtimeError(why: string): StateError {
  return new StateError("States.Runtime", why);
}

/** Those that `States.ALL` leaves alone. */
const NEVER_BY_ALL = new Set(["States.DataLimitExceeded", "States.Runtime"]);

/** Whether one of the names of a Retry or a Catch means this error. */
export function isMeant(names: readonly string[], { error }: StateError): boolean {
  const isOrdinary = !NEVER_BY_ALL.has(error);
  return names.some(
    (name) =>
      name === error ||
      (name === "States.ALL" && isOrdinary) ||
      (name === "States.TaskFailed" && isOrdinary && error !== "States.Timeout"),
  );
}
