import type { ServedAddress } from "../../../local/served-address.ts";

/** Logical name → address. */
export function urlsOf(service: { addresses(): ServedAddress[] }): Record<string, string> {
  return Object.fromEntries(service.addresses().map(({ name, url }) => [name, url]));
}
