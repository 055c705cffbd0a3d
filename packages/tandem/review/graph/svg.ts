/** The few shapes that the pictures are drawn with. Numbers are rounded, so that every machine writes the same bytes. */

type Attributes = Record<string, string | number | undefined>;

export function element(name: string, attributes: Attributes, content = ""): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escaped(typeof value === "number" ? rounded(value) : String(value))}"`)
    .join("");
  return content === "" ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`;
}

export interface TextStyle {
  size: number;
  fill: string;
  mono?: boolean;
  bold?: boolean;
  anchor?: "start" | "middle" | "end";
  /** Longer text is cut to it. */
  width?: number;
}

const SANS = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif";
const MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace";
/** Of a letter, as a part of the font's size; fonts differ, so it is on the wide side. */
const LETTER = { mono: 0.61, sans: 0.56, boldSans: 0.61 };

export function text(x: number, y: number, content: string, style: TextStyle): string {
  const { size, fill, mono = false, bold = false, anchor, width } = style;
  const most =
    width === undefined ? Infinity : Math.floor(width / (size * (mono ? LETTER.mono : LETTER.sans)));
  const shown = content.length > most ? `${content.slice(0, most - 1)}…` : content;
  return element(
    "text",
    {
      x,
      y,
      "font-family": mono ? MONO : SANS,
      "font-size": size,
      "font-weight": bold ? 600 : undefined,
      "text-anchor": anchor,
      fill,
    },
    escaped(shown),
  );
}

/** The largest size up to a most at which the text fits, for bold sans serif letters. */
export function sizeThatFits(content: string, width: number, most: number): number {
  return Math.min(most, width / (content.length * LETTER.boldSans));
}

export interface Picture {
  width: number;
  height: number;
  /** For those who do not see it. */
  title: string;
  description: string;
  page: string;
  content: string[];
}

export function document({ width, height, title, description, page, content }: Picture): string {
  const attributes = {
    xmlns: "http://www.w3.org/2000/svg",
    viewBox: `0 0 ${width} ${rounded(height)}`,
    width,
  };
  const lines = [
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(description)}</desc>`,
    element("rect", { width, height, fill: page, rx: 6 }),
    ...content,
  ];
  return `${element("svg", { ...attributes, height, role: "img" }, `\n${lines.join("\n")}\n`)}\n`;
}

export function escaped(value: string): string {
  return value
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

export function rounded(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Ten pixels wide: a route that asks who calls. */
export function lock(x: number, y: number, color: string): string {
  const bow = element("path", {
    d: `M${x + 2.5} ${y + 5.5}v-2a2.5 2.5 0 0 1 5 0v2`,
    fill: "none",
    stroke: color,
    "stroke-width": 1.4,
  });
  return bow + element("rect", { x: x + 1, y: y + 5.5, width: 8, height: 6, rx: 1, fill: color });
}
