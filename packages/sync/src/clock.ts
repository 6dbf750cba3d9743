/** Time, lent to whatever must wait. */
export interface Clock {
  /** Milliseconds since some fixed moment. Only differences mean anything. */
  now(): number
  /** Calls back once, `ms` from now. The returned function calls it off. */
  after(ms: number, call: () => void): () => void
  /** Calls back once at the end of this turn, when all input at hand has been taken in. */
  soon(call: () => void): void
}
