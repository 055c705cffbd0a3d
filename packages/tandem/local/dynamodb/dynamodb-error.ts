/** What DynamoDB refuses an operation with. */
export class DynamodbError extends Error {
  /** e.g. `ResourceNotFoundException`. */
  readonly code: string;
  /** DynamoDB's own sentence. */
  readonly reason: string;

  constructor(operation: string, code: string, reason: string) {
    super(`${operation}: ${code} ${reason}`);
    this.name = "DynamodbError";
    this.code = code;
    this.reason = reason;
  }
}
