/** A run is in Lambda's time zone; what it starts of the user's own is in the user's. */

let holders = 0;
let zoneOfUser: string | undefined;

/**
 * Lambda's clock. A thread takes over the time zone of its process when it boots and cannot have one of its own, so the
 * whole process is in UTC until the returned function is called.
 */
export function clockInUtc(): () => void {
  if (holders === 0) zoneOfUser = process.env.TZ;
  holders += 1;
  process.env.TZ = "UTC";
  let isHeld = true;
  return () => {
    if (!isHeld) return;
    isHeld = false;
    holders -= 1;
    if (holders > 0) return;
    if (zoneOfUser === undefined) delete process.env.TZ;
    else process.env.TZ = zoneOfUser;
  };
}

/** Variables of this process as its user gave them, for a program of the user's. */
export function environmentOfUser(): NodeJS.ProcessEnv {
  return holders === 0 ? { ...process.env } : { ...process.env, TZ: zoneOfUser };
}
