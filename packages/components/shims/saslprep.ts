/**
 * Stands in for `@mongodb-js/saslprep`, by which the MongoDB driver prepares passwords for SCRAM-SHA-256 (RFC 4013). The package
 * unpacks tables of all of Unicode while it is loaded, for functions that have no password: they prove who they are by their IAM
 * roles. Printable ASCII stands for itself; other passwords are refused (docs/decisions/033-lighter-bundles.md).
 */
export function saslprep(password: string): string {
  if (/^[\x20-\x7e]*$/.test(password)) return password;
  throw new Error(
    "A password for MongoDB may hold printable ASCII alone here: what prepares other characters is left out of bundles.",
  );
}
