/** How something in a cloud is found again: the shapes that the tables of AWS and Atlas are written in. */

export interface UnfinishedResource {
  /** Logical name. */
  name: string;
  /** What the program asked for, as the killed run had written it down before it asked. */
  inputs: Record<string, unknown>;
  region: string;
  /** Of AWS. */
  account: string;
}

/** A command of the cloud's own CLI that only reads, and what to take from its answer. */
export interface LookUp {
  command: [program: "aws" | "atlas", ...args: string[]];
  /** For a person who looks: which entry it is. */
  which: string;
  /** Ids to import by: none where it is not there. */
  pick(answer: unknown): string[];
}

/**
 * The id follows from what the program asked for; or the service made one up and has to be asked; or only a person can tell,
 * and `look` says where; or nothing is made, and `nothing` says why.
 */
export type Finder =
  | { id: (it: UnfinishedResource) => string }
  | { lookUp: (it: UnfinishedResource) => LookUp }
  | { look: (it: UnfinishedResource) => string }
  | { nothing: string };

export type Finders = Record<string, Finder>;

type Entry = Record<string, unknown>;

export const text = ({ inputs }: UnfinishedResource, key: string): string => String(inputs[key] ?? "");

/** By one of its inputs. */
export const by = (key: string): Finder => ({ id: (it) => text(it, key) });

/** The entries of a list within an answer that have all these values. */
export function entries(answer: unknown, list: string, wanted: Entry): Entry[] {
  const all = (answer as Record<string, Entry[] | undefined> | null)?.[list] ?? [];
  return all.filter((entry) => Object.entries(wanted).every(([key, value]) => entry[key] === value));
}

/** `Name "x", Port 5` */
export function inWords(wanted: Entry): string {
  return Object.entries(wanted)
    .map(([key, value]) => `${key} ${JSON.stringify(value)}`)
    .join(", ");
}
