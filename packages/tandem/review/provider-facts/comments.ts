/** What providers write when they mean that a change replaces the resource, or that a list has no order. */

const REPLACEMENT = [
  /\bforce(s|d)? (a |the )?(new|replacement|recreation|re-creation|creation)\b/i,
  /\bforcenew\b/i,
  /\bchang(es?|ing)\b.*\b(creates?|creating|re-?creates?|re-?creation|replace(s|d|ment)?|new resource|new cluster)\b/i,
  /\b(cannot|can't|can not) be (changed|modified|updated)\b.*\b(after|once|later)\b/i,
  /\bimmutable (after|once)\b/i,
];

/** Sentences that hold such words and mean something else. */
const OTHERWISE = [
  /\bin[- ]place\b/i,
  /\bwithout (re-?creating|replacing)\b/i,
  /\bdownstream\b/i,
  /\bnew (task )?deployment\b/i,
  /\bdefault network acl\b/i,
];

const SET = /^(\(?(optional|required)\)?[:,.]?\s*)?(an? )?(unordered )?set of\b/i;

export function isReplacementComment(comment: string): boolean {
  return sentences(comment).some(
    (sentence) =>
      REPLACEMENT.some((phrase) => phrase.test(sentence)) &&
      !OTHERWISE.some((phrase) => phrase.test(sentence)),
  );
}

export function isSetComment(comment: string): boolean {
  return SET.test(comment);
}

function sentences(comment: string): string[] {
  return comment.split(/(?<=[.!?])\s+/);
}
