const MOST_CHARACTERS = 200;

/**
 * The first line of what a program complained, fit for a message: short, without control characters, and without what may be a secret (values of
 * headers and parameters that carry one, tokens, long random words). Pure.
 */
export function firstWords(text: string): string {
  const line = text.split(/[\r\n]+/).find((candidate) => candidate.trim() !== '') ?? '';
  const plain = line.replace(/\u001b\[[0-9;]*m/g, '').replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
  const safe = plain
    .slice(0, 2 * MOST_CHARACTERS)
    .replace(/\b(bearer|basic)\s+\S+/gi, '$1 …')
    .replace(/((?:token|secret|password|passwd|assertion|key)["']?\s*[=:]\s*)\S+/gi, '$1…')
    .replace(/[A-Za-z0-9+/_=-]{32,}(?:\.[A-Za-z0-9+/_=-]+)*/g, '…');
  return safe.trim().slice(0, MOST_CHARACTERS);
}
