/** The store has more to do than it can, or its disk does not answer. What was asked may be asked again later. */
export class StoreBusyError extends Error {
  override readonly name = 'StoreBusyError'
}
