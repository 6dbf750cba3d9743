import type { Match, Wanted } from './match.ts'

/** What the searching thread is asked. */
export interface Asked {
  readonly wanted: Wanted
  readonly texts: readonly string[]
}

/** A thread that answers a question with the matches of each text. */
interface Thread {
  readonly ask: (asked: Asked) => void
  readonly end: () => void
}

/** How a thread is begun: `answer` is called for each answer, `ready` when it can be asked. */
export type Begin = (ready: () => void, answer: (matches: readonly (readonly Match[])[]) => void) => Thread

/** An expression may take so long for all texts together, in ms; a thread may take so long to begin. */
const patience = 1_000
const beginning = 5_000

/** A thread of this page. */
const beginThread: Begin = (ready, answer) => {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  worker.addEventListener('message', ({ data }: MessageEvent<'ready' | readonly (readonly Match[])[]>) => {
    if (data === 'ready') ready()
    else answer(data)
  })
  return { ask: (asked) => worker.postMessage(asked), end: () => worker.terminate() }
}

/**
 * Searches texts for an expression in a thread of its own, which ends with the answer. Resolves with null when it
 * took too long or was given up.
 */
export const searchApart = async (
  asked: Asked,
  begin: Begin = beginThread,
  given: AbortSignal = new AbortController().signal,
): Promise<readonly (readonly Match[])[] | null> =>
  new Promise((resolve) => {
    let timer = setTimeout(() => done(null), beginning)
    const done = (answer: readonly (readonly Match[])[] | null): void => {
      clearTimeout(timer)
      given.removeEventListener('abort', giveUp)
      thread.end()
      resolve(answer)
    }
    const giveUp = (): void => done(null)
    const thread = begin(() => {
      clearTimeout(timer)
      timer = setTimeout(() => done(null), patience)
      thread.ask(asked)
    }, done)
    given.addEventListener('abort', giveUp)
  })
