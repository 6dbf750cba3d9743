/**
 * Why we hang up. The name is the close reason, the number the close code (RFC 6455 section 7.4). From 4400 to
 * 4499 a retry cannot cure it, and clients of y-websocket 3.1 and later do not come back; everything else is
 * passing. `docs/protocol.md` lists exactly these and the page has a sentence for each.
 */
export const refusals = {
  'not-binary': 1003,
  'too-much': 1008,
  'too-large': 1009,
  fault: 1011,
  restarting: 1012,
  'too-slow': 1013,
  crowded: 1013,
  'bad-bytes': 4400,
  'signed-out': 4401,
  'not-shared': 4403,
  'not-found': 4404,
  'other-epoch': 4410,
} as const
export type Refusal = keyof typeof refusals

/** The refusal that a close code and its reason stand for, or null for a code that is not one of ours. */
export const refusalOf = (code: number, reason = ''): Refusal | null => {
  const named = (Object.keys(refusals) as Refusal[]).filter((name) => refusals[name] === code)
  return named.find((name) => name === reason) ?? named[0] ?? null
}

/**
 * Why a write was not taken: the role does not allow it; the document has reached its limit; its client id
 * belongs to somebody else, or another connection has written something else under it; it does not decode, or says what
 * no honest client says; the page that sent it is older than the document; it cannot be stored, as it continues what
 * never came or no store takes it. `docs/protocol.md` lists exactly these and the page has a sentence for each.
 */
export const objections = ['role', 'full', 'identity', 'damaged', 'schema', 'unstored'] as const
export type Objection = (typeof objections)[number]

/**
 * What is passed over, put off or healed without a word to the client, and only counted: a message of a kind we
 * do not know; presence under somebody else's id; presence beyond what a room shows; a question answered later
 * together with the next; a write that continues something we lack; a write of another's text after a crash.
 */
export const notices = [
  'unknown-message',
  'foreign-presence',
  'presence-full',
  'merged-question',
  'gap',
  'healed',
] as const
export type Notice = (typeof notices)[number]

/** What a client did wrong: a value, never thrown. `detail` is for the operator and holds no document text. */
export class SyncError {
  readonly refusal: Refusal
  readonly detail: string
  /** Set when it is a write that was not taken. */
  readonly objection: Objection | null
  constructor(refusal: Refusal, detail: string, objection: Objection | null = null) {
    this.refusal = refusal
    this.detail = detail
    this.objection = objection
  }
}
