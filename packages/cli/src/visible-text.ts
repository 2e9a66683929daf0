const HIDDEN = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029]/g;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\b': '\\b', '\f': '\\f', '\v': '\\v' };

/**
 * A text as one line that does nothing to a terminal: line breaks and control characters are written as escapes. What objects, servers and
 * handlers say is anybody's, and must not look like a line of ours (faults N5).
 */
export function visibleText(text: string): string {
  return text.replace(HIDDEN, (character) => SHORT[character] ?? unicodeEscape(character));
}

/** JSON text, of which JSON itself escapes only some. */
export function visibleJson(text: string): string {
  return text.replace(/[\u007f-\u009f\u2028\u2029]/g, unicodeEscape);
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
