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

export interface XmlElement {
  name: string;
  /** What stands in it beside its children. */
  text: string;
  children: XmlElement[];
}

/** Declaration, comment, raw text, tag or text. No document type: S3 has none. */
const TOKEN =
  /<\?.*?\?>|<!--.*?-->|<!\[CDATA\[(?<raw>.*?)\]\]>|<(?<end>\/?)(?<name>[A-Za-z_][\w.:-]*)(?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*(?<empty>\/?)>|(?<text>[^<]+)/sy;
const STRAY_AMPERSAND = /&(?!(?:amp|lt|gt|quot|apos|#x[0-9a-f]{1,5}|#[0-9]{1,6});)/i;

/** Its root, read whole: what is not well-formed is undefined. */
export function readXml(text: string): XmlElement | undefined {
  const page: XmlElement = { name: "", text: "", children: [] };
  const open = [page];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const groups = TOKEN.exec(text)?.groups;
    const current = open.at(-1);
    if (!groups || !current) return undefined;
    const { name, end, empty, raw, text: plain = "" } = groups;
    if (name === undefined) {
      if (STRAY_AMPERSAND.test(plain)) return undefined;
      current.text += raw ?? unescapeXml(plain);
    } else if (end) {
      if (empty || open.pop()?.name !== name) return undefined;
    } else {
      const element = { name, text: "", children: [] };
      current.children.push(element);
      if (!empty) open.push(element);
    }
  }
  const [root] = page.children;
  return open.length === 1 && page.children.length === 1 && page.text.trim() === "" ? root : undefined;
}

/** Of its only child of this name. */
export function childText({ children }: XmlElement, name: string): string | undefined {
  const named = children.filter((child) => child.name === name);
  return named.length === 1 ? named[0]?.text : undefined;
}

/** All that it has, where it is called so and they too. */
export function childrenOf(
  parent: XmlElement | undefined,
  name: string,
  child: string,
): XmlElement[] | undefined {
  const isKnown = parent?.name === name && parent.children.every((one) => one.name === child);
  return isKnown ? parent.children : undefined;
}
