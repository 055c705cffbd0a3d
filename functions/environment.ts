/** The one place where functions read their settings: a missing variable fails while the module loads, by name. */
export function environment(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`Missing environment variable ${name}`);
  return value;
}

/** A variable that a function can do without. */
export const setting = (name: string, fallback: string): string => process.env[name] || fallback;
