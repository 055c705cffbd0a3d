/**
 * Every way in which an HTTP function says no. An `HttpError` is an answer for the caller: its message is written here or
 * by the function and never holds driver text; what went wrong underneath stays in `cause`, for the log.
 */

export interface FieldError {
  in: "path" | "query" | "header" | "body";
  /** Path inside that place, e.g. `info.rating`; empty for the place as a whole. */
  field: string;
  message: string;
}

interface Details {
  fields?: FieldError[];
  retryAfterSeconds?: number;
  cause?: unknown;
}

export class HttpError extends Error {
  override name = "HttpError";
  readonly status: number;
  readonly code: string;
  readonly fields: FieldError[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, code: string, message: string, details: Details = {}) {
    super(message, { cause: details.cause });
    this.status = status;
    this.code = code;
    this.fields = details.fields;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

export const invalidInput = (fields: FieldError[]) =>
  new HttpError(400, "invalid_input", "The request does not fit the API description; see fields", { fields });

export const notFound = (what: string) => new HttpError(404, "not_found", `There is no such ${what}`);

/** Not possible as things stand; a caller that looks again or waits may have more luck. */
export const conflict = (message: string, details: Details = {}) =>
  new HttpError(409, "conflict", message, details);

/** For a limit that a function itself sets; what the gateway throttles never reaches one. */
export const tooManyRequests = (message: string, retryAfterSeconds: number) =>
  new HttpError(429, "too_many_requests", message, { retryAfterSeconds });

/** Another write holds the same thing: nothing was changed. */
export const writeConflict = (cause: unknown) =>
  conflict("Somebody else is changing the same thing at this moment; try again", {
    retryAfterSeconds: 1,
    cause,
  });

export const preconditionFailed = (what: string) =>
  new HttpError(
    412,
    "precondition_failed",
    `The ${what} is not in the version that If-Match names; read it again`,
  );

/** A store is down, slow or throttling: the caller may try again. */
export const unavailable = (cause: unknown) =>
  new HttpError(503, "store_unavailable", "The data store does not answer at the moment; try again", {
    retryAfterSeconds: 2,
    cause,
  });

/** A mistake of this program: the caller learns no more than that. */
export const internalError = (cause: unknown) =>
  new HttpError(500, "internal_error", "Something went wrong here; it has been logged", { cause });
