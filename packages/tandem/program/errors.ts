/** A program that does not run through. A project that is not sound is a plain `UserError`, which holds every mistake at once. */
import { UserError } from "../shared/user-error.js";

/** Where in the program something went wrong. */
export interface Position {
  /** Absolute. */
  file: string;
  line: number;
  column?: number;
}

/** A program that threw, rejected, did not compile or never finished. The message names file, line and column. */
export class ProgramError extends UserError {
  /** The program's own words, without the position. */
  readonly reason: string;
  readonly position: Position | undefined;

  constructor(reason: string, position?: Position, stack?: string) {
    super(position === undefined ? reason : `${describe(position)}: ${reason}`);
    this.reason = reason;
    this.position = position;
    if (stack !== undefined) this.stack = stack;
  }
}

function describe({ file, line, column }: Position): string {
  return column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`;
}
