/** Whether one resource version is older than another: decimal text, by length, then by text. */
export function isOlder(version: string, than: string): boolean {
  return version.length === than.length ? version < than : version.length < than.length;
}

/** The newer one of two. */
export function newerOf(version: string, other: string | undefined): string {
  return other === undefined || isOlder(other, version) ? version : other;
}
