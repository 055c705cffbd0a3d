/** Places of built code in a text (a stack, a line of JSON with a stack in it), and the text with others in their stead. */

export interface NamedPlace {
  /** As the text has it, without `file://`. */
  file: string;
  /** Both from 1. */
  line: number;
  column: number;
}

/** Cheap, for every line of a log. */
const CERTAIN = /\.[cm]?js(?:\?[^\s:()"'`]{0,200})?:\d+:\d+/;

/**
 * `at async t (file:///code/index.js:30:1730)`, or the place alone; `index.js?new:30:1730` of a module that was imported with a
 * query. Bounded: each text is a function's, and none may keep the run busy.
 */
const PLACE =
  /(?:\b(at (?:async |new ){0,2})(?:([\w$.<>[\] ]{1,200}) \()?)?(?:file:\/\/)?([^\s:()"'`,;\\?]{1,500}\.[cm]?js)(?:\?[^\s:()"'`]{0,200})?:(\d+):(\d+)(\)?)/g;

/** Of one or two letters it is the minifier's and says nothing. */
const MINIFIED = /^[\w$]{1,2}$/;

export function namesPlace(text: string): boolean {
  return CERTAIN.test(text);
}

export function placesIn(text: string): NamedPlace[] {
  if (!namesPlace(text)) return [];
  return [...text.matchAll(PLACE)].map(([, , , file, line, column]) => placeOf(file, line, column));
}

/** @param original undefined where a place stays as it is */
export function replacePlaces(text: string, original: (place: NamedPlace) => string | undefined): string {
  if (!namesPlace(text)) return text;
  return text.replace(
    PLACE,
    (
      whole: string,
      at = "",
      name: string | undefined,
      file: string,
      line: string,
      column: string,
      close: string,
    ) => {
      const found = original(placeOf(file, line, column));
      if (found === undefined) return whole;
      if (name === undefined) return `${at}${found}${close}`;
      return MINIFIED.test(name) ? `${at}${found}` : `${at}${name} (${found}${close}`;
    },
  );
}

function placeOf(file = "", line?: string, column?: string): NamedPlace {
  return { file, line: Number(line), column: Number(column) };
}
