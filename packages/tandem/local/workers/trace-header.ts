/** X-Ray's trace header of an invocation that came without one. */

/** @param sampled whether the function has active tracing */
export function traceHeader(requestId: string, sampled: boolean): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  // As random as the request's id, and so found from it.
  const random = requestId.replaceAll("-", "");
  return `Root=1-${seconds}-${random.slice(0, 24)};Parent=${random.slice(16)};Sampled=${sampled ? 1 : 0}`;
}
