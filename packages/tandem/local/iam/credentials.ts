/**
 * Local access keys. They are derived, not stored: an emulator finds the role again by the key of a request. Secrets derive
 * from a salt that only the owner of the project folder can read. They open nothing but emulators on this machine.
 */
import { createHash, createHmac, randomBytes } from "node:crypto";

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

/** Of a role: what STS gives who assumes it. A request is signed with the token too, or it is nobody's. */
export interface SessionCredentials extends Credentials {
  sessionToken: string;
}

/** AWS's own beginnings: ASIA for keys of a session, AKIA for those of a user. */
const SESSION_PREFIX = "ASIALOCAL";
const OPERATOR_KEY_ID = "AKIALOCALOPERATOR000";
const ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const ID_CHARACTERS = 11;
const SECRET_CHARACTERS = 40;
/** Of SHA-512. */
const PROOF_BYTES = 64;

/** Of the project folder once it is known (`salt.ts`); a thread is given that of its run. */
let salt = randomBytes(32).toString("base64url");

export function useSalt(value: string): void {
  salt = value;
}

export function currentSalt(): string {
  return salt;
}

/**
 * Of who runs with a role: those of a session of it. Lambda names the session after the function, so that of functions with
 * one role each is told by its own name.
 */
export function credentialsOf(roleArn: string, session = ""): SessionCredentials {
  const hash = createHash("sha256").update(roleNameOf(roleArn)).digest().subarray(0, ID_CHARACTERS);
  const id = Array.from(hash, (byte) => ID_ALPHABET[byte % ID_ALPHABET.length]).join("");
  const accessKeyId = SESSION_PREFIX + id;
  return { ...fromId(accessKeyId), sessionToken: sessionTokenOf(accessKeyId, session) };
}

/** Of the person at this machine, for seeding, tests and looking around: everything is allowed. */
export const operatorCredentials: Credentials = {
  accessKeyId: OPERATOR_KEY_ID,
  get secretAccessKey() {
    return secretOf(OPERATOR_KEY_ID);
  },
};

export function secretOf(accessKeyId: string): string {
  const hash = createHmac("sha512", salt).update(`secret of ${accessKeyId}`).digest("base64");
  return hash.slice(0, SECRET_CHARACTERS);
}

/** AWS's are base64 too, of whatever it keeps in them: here the proof, and behind it the session's name. */
function sessionTokenOf(accessKeyId: string, session: string): string {
  const proof = createHmac("sha512", salt).update(`session of ${accessKeyId}: ${session}`).digest();
  return Buffer.concat([proof, Buffer.from(session)]).toString("base64");
}

/** Name of the session of that role which the token is for; undefined where it is for none. */
export function sessionOf(accessKeyId: string, token: string): string | undefined {
  const session = Buffer.from(token, "base64").subarray(PROOF_BYTES).toString();
  return sessionTokenOf(accessKeyId, session) === token ? session : undefined;
}

/** `arn:aws:iam::123456789012:role/path/name` → `name`; a plain name is left as it is. */
export function roleNameOf(roleArn: string): string {
  return roleArn.slice(roleArn.lastIndexOf("/") + 1);
}

function fromId(accessKeyId: string): Credentials {
  return { accessKeyId, secretAccessKey: secretOf(accessKeyId) };
}
