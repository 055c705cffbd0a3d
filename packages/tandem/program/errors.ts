/** The two ways a recording can fail: the folder is not a sound project, or the program in it does not run through. */

/** What a person has to mend in Pulumi.yaml, a stack's file or its values; holds every mistake at once. */
export class ProjectError extends Error {
  override name = "UserError";
}

/** Where in the program something went wrong. */
export interface Position {
  /** Absolute. */
  file: string;
  line: number;
  column?: number;
}

/** A program that threw, rejected, did not compile or never finished. The message names file, line and column. */
export class ProgramError extends Error {
  override name = "UserError";
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
