/** The second argument of a handler. */

/** @import { Assignment, WorkerCall } from "../protocol.ts" */

/**
 * @param {Assignment} assignment
 * @param {WorkerCall} call
 */
function createContext(assignment, [requestId, , invokedFunctionArn, , , clientContext]) {
  const deadline = Date.now() + assignment.timeout;
  return {
    awsRequestId: requestId,
    functionName: assignment.functionName,
    functionVersion: assignment.functionVersion,
    invokedFunctionArn,
    ...(clientContext === undefined ? {} : { clientContext: JSON.parse(clientContext) }),
    memoryLimitInMB: String(assignment.memoryLimitInMB),
    logGroupName: assignment.logGroupName,
    logStreamName: assignment.logStreamName,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

module.exports = { createContext };
