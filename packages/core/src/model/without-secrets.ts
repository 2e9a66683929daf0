// Texts of errors may quote what they should not: a header, an address with a password, a token. What looks like one is cut out, wherever it is.

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi, '$1 [redacted]'],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[redacted]'],
  [/(:\/\/[^\s:/@]*:)[^\s/@]+@/g, '$1[redacted]@'],
  [
    // Whatever stands before it (`DB_PASSWORD`, `accessToken`), in texts of texts (`\\"token\\":\\"…\\"`), too; not names of secrets (`secretName`, `tokenRef`).
    /((?:passw(?:or)?d|passphrase|secret(?:[-_]?access)?(?:[-_]?key)?|token|(?:api|access|private)[-_]?key|authorization|credentials?)(?:\\{0,8}["'])?\s*[:=]\s*)(\\{0,8}"[^"]*"|'[^']*'|[^\s,;&}]+)/gi,
    '$1[redacted]',
  ],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, '[redacted]'],
];

/** The text in one line, without what looks like a credential. */
export function withoutSecrets(text: string): string {
  return PATTERNS.reduce((rest, [pattern, by]) => rest.replace(pattern, by), text);
}

/** Whether a field, a label or an annotation of this name may hold a secret: `password`, `apiToken`, `example.com/client-secret`, … */
export function isSecretName(name: string): boolean {
  return /passw|secret|token|credential|api-?key|private/i.test(name);
}
