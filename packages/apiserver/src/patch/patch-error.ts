/** A patch does not apply to the document: a failed test, a missing path, an unknown operation. */
export class PatchNotApplicableError extends Error {
  override readonly name = 'PatchNotApplicableError';
}
