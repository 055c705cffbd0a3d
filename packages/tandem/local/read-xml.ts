/** What the local run reads of the XML that AWS's older protocols speak. */

/** Of the first element of this name that holds text alone, as it is meant; undefined where there is none. */
export function elementText(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text === undefined ? undefined : unescapeXml(text);
}

const ENTITIES: Record<string, string> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&apos;": "'",
};

export function unescapeXml(text: string): string {
  // At once, so that what one entity stands for is not read as another.
  return text.replace(
    /&(?:(?:amp|lt|gt|quot|apos)|#x([0-9a-f]{1,5})|#([0-9]{1,6}));/gi,
    (entity, hex, decimal) =>
      (hex ?? decimal)
        ? String.fromCodePoint(Number.parseInt(hex ?? decimal, hex ? 16 : 10))
        : (ENTITIES[entity] ?? entity),
  );
}
