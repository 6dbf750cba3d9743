import { ApiError, call, field, list, number } from '../api.ts'

/** Until when the token of the application around this page counts, and which sites such applications are of. */
export interface Token {
  /** Milliseconds since 1970. */
  readonly expires: number
  readonly frames: readonly string[]
}

/** What a page in a frame is lent. */
export interface Surroundings {
  /** Null where no tokens count. */
  readonly token: () => Promise<Token | null>
  /** Brings a newer token. Resolves with its end. */
  readonly bring: (token: string) => Promise<number>
  /** Says something to the page around this one, if that is of this site. */
  readonly say: (what: object, site: string) => void
  /** Hears what the page around this one says, and of which site that is. */
  readonly hear: (heard: (what: unknown, site: string) => void) => void
  readonly now: () => number
  readonly after: (ms: number, call: () => void) => void
}

/** So long before its end a newer token is asked for, in ms; and the longest that a browser's timers can wait. */
const [early, longest] = [60_000, 2_000_000_000]

/**
 * Asks the application around this page for a newer token a minute before the present one ends, and brings what it
 * gives: whoever is writing goes on without a break. Only sites that may show this page in a frame are asked and heard.
 */
export const accompany = async (around: Surroundings): Promise<void> => {
  const { token, bring, say, hear, now, after } = around
  const first = await token()
  if (first === null) return
  const { frames } = first
  let turn = 0
  const wait = (expires: number): void => {
    const mine = ++turn
    const pause = Math.max(0, expires - early - now())
    after(Math.min(pause, longest), () => {
      if (mine !== turn) return
      if (pause > longest) return wait(expires)
      for (const site of frames) say({ quire: 'token', expires }, site)
    })
  }
  hear((what, site) => {
    const given = field(what, 'token')
    if (!frames.includes(site) || field(what, 'quire') !== 'token' || typeof given !== 'string') return
    // one that is no good changes nothing: what was brought before counts until its end
    bring(given).then(wait, () => {})
  })
  wait(first.expires)
}

/** The window around this one, and the server. */
export const inWindow = (around: Window): Surroundings => ({
  token: async () => {
    try {
      const answer = await call('GET', 'session')
      const [expires, frames] = [field(answer, 'expires'), list(answer, 'frames')]
      if (typeof expires !== 'number') return null
      return { expires, frames: frames.filter((site) => typeof site === 'string') }
    } catch (error) {
      if (error instanceof ApiError) return null
      throw error
    }
  },
  bring: async (token) => number(await call('POST', 'token', { token }), 'expires'),
  say: (what, site) => around.postMessage(what, site),
  hear: (heard) =>
    addEventListener('message', ({ source, data, origin }) => {
      if (source === around) heard(data, origin)
    }),
  now: () => Date.now(),
  after: (ms, then) => void setTimeout(then, ms),
})
