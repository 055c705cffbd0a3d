/** Where something that a program declares answers from outside. */
import type { Protocol } from "./observer.ts";

export interface ServedAddress {
  type: Protocol | "URL" | "SITE" | "DISTRIBUTION";
  /** The `apiId` of requests that come by it; of sites and distributions, which tell of none, the URN. */
  id: string;
  /** Logical name, which things of several types may share. */
  name: string;
  /** Without a path: `http://127.0.0.1:3000`. */
  url: string;
}
