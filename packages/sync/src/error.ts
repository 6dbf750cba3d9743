/**
 * Why we hang up. The name is the close reason, the number the close code (RFC 6455 section 7.4). From 4400 to
 * 4499 a retry cannot cure it, and clients of y-websocket 3.1 and later do not come back; everything else is
 * passing. `docs/protocol.md` lists exactly these and the page has a sentence for each.
 */
export const refusals = {
  'not-binary': 1003,
  'too-large': 1009,
  fault: 1011,
  restarting: 1012,
  'too-slow': 1013,
  'bad-bytes': 4400,
  'not-found': 4404,
  'page-too-old': 4409,
} as const
export type Refusal = keyof typeof refusals

/** The refusal that a close code stands for, or null for a code that is not one of ours. */
export const refusalOf = (code: number): Refusal | null =>
  (Object.keys(refusals) as Refusal[]).find((name) => refusals[name] === code) ?? null

/** What a client did wrong: a value, never thrown. `detail` is for the operator and holds no document text. */
export class SyncError {
  readonly refusal: Refusal
  readonly detail: string
  constructor(refusal: Refusal, detail: string) {
    this.refusal = refusal
    this.detail = detail
  }
}
