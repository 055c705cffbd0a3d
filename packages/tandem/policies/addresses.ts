/** Blocks of addresses, and whether they mean the internet. */

/** Shorter prefixes are a large part of the internet: `10.0.0.0/8` is the largest network that is private. */
const SHORTEST_IPV4 = 8;
const SHORTEST_IPV6 = 16;

/** `0.0.0.0/0`, `::/0`, and halves, quarters and so on of them, which are the same in several lines. */
export function isInternet(block: string): boolean {
  const [address = "", prefix] = block.split("/");
  if (prefix === undefined) return /^(0\.0\.0\.0|::)$/.test(address);
  return Number(prefix) < (address.includes(":") ? SHORTEST_IPV6 : SHORTEST_IPV4);
}
