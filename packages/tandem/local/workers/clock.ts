/**
 * Lambda's clock. A thread takes over the time zone of its process when it boots and cannot have one of its own, so the
 * whole process is in UTC until the returned function is called.
 */
export function clockInUtc(): () => void {
  const { TZ } = process.env;
  process.env.TZ = "UTC";
  return () => {
    if (TZ === undefined) delete process.env.TZ;
    else process.env.TZ = TZ;
  };
}
