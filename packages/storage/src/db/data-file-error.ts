/**
 * The data file of a store is not where it belongs, or is another file than the store was writing to. Whoever catches
 * this must not go on with an empty store. The message is one sentence for the operator.
 */
export class DataFileError extends Error {
  override readonly name = 'DataFileError'
}
