import type { OpenDocument } from './document.ts'

/** Without pointer, key or scroll for this long, somebody is idle. */
const idleAfter = 60_000
/** A hidden page keeps its connection for this long. */
const restAfter = 5 * 60_000

/**
 * Tells the document what the window knows: whether anybody looks, and when it is worth trying to connect at
 * once. The returned function ends that.
 */
export const attend = (open: OpenDocument): (() => void) => {
  const ends = new AbortController()
  const { signal } = ends
  let idle: ReturnType<typeof setTimeout> | undefined
  let rest: ReturnType<typeof setTimeout> | undefined

  const here = (): void => {
    clearTimeout(idle)
    idle = setTimeout(() => open.attend('idle'), idleAfter)
    open.attend('here')
  }
  const looked = (): void => {
    clearTimeout(rest)
    if (document.visibilityState === 'hidden') {
      clearTimeout(idle)
      open.attend('away')
      rest = setTimeout(() => open.rest(), restAfter)
      return
    }
    here()
    open.retry()
  }
  for (const kind of ['pointerdown', 'pointermove', 'keydown', 'wheel', 'scroll', 'touchstart'])
    window.addEventListener(
      kind,
      () => {
        if (document.visibilityState === 'visible') here()
      },
      { signal, passive: true, capture: true },
    )
  document.addEventListener('visibilitychange', looked, { signal })
  window.addEventListener('online', () => open.retry(), { signal })
  window.addEventListener('focus', () => open.retry(), { signal })
  window.addEventListener(
    'beforeunload',
    (event) => {
      if (open.standing.unsavedSince !== null) event.preventDefault()
    },
    { signal },
  )
  looked()
  return () => {
    ends.abort()
    clearTimeout(idle)
    clearTimeout(rest)
  }
}
