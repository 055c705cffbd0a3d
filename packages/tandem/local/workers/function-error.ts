/** Lambda's words for an invocation that its function did not answer itself. */
import type { FunctionError } from "./protocol.ts";
import type { End } from "./thread.ts";

/** What the caller is told. */
export function timedOut(requestId: string, seconds: number): FunctionError {
  return {
    errorType: "Sandbox.Timedout",
    errorMessage: `RequestId: ${requestId} Error: ${after(seconds)}`,
  };
}

/** What stands in the log. */
export function timedOutLine(requestId: string, seconds: number, now = new Date()): string {
  return `${now.toISOString()} ${requestId} ${after(seconds)}\n`;
}

const after = (seconds: number) => `Task timed out after ${seconds.toFixed(2)} seconds`;

export function endedEarly(requestId: string, end: End): FunctionError {
  switch (end.reason) {
    case "error":
      return end.error;
    case "out of memory":
      return {
        errorType: "Runtime.OutOfMemory",
        errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
      };
    case "exit":
      return {
        errorType: "Runtime.ExitError",
        errorMessage: `RequestId: ${requestId} Error: ${exitText(end.code)}`,
      };
    case "terminated":
      return {
        errorType: "Runtime.ExitError",
        errorMessage: `RequestId: ${requestId} Error: The worker was ended with the local run`,
      };
  }
}

function exitText(code: number): string {
  return code === 0
    ? "Runtime exited without providing a reason"
    : `Runtime exited with error: exit status ${code}`;
}
