import { useMemo, useSyncExternalStore } from 'react'
import type { OpenDocument } from './document.ts'
import { saying } from './saying.ts'
import type { Saying } from './saying.ts'

/** What may be said of this document now. Renders again when it changes, by fact or by time alone. */
export const useSaying = (open: OpenDocument): Saying => {
  const { subscribe, get } = useMemo(() => watch(open), [open])
  return useSyncExternalStore(subscribe, get)
}

const watch = (open: OpenDocument) => {
  const read = () => saying(open.standing, Date.now(), navigator.onLine)
  let said = read().saying
  let look = JSON.stringify(said)
  return {
    get: (): Saying => said,
    subscribe: (call: () => void): (() => void) => {
      let timer: ReturnType<typeof setTimeout> | undefined
      const again = (): void => {
        clearTimeout(timer)
        const { saying: next, until } = read()
        if (until !== null) timer = setTimeout(again, Math.max(0, until - Date.now()))
        const seen = JSON.stringify(next)
        if (seen === look) return
        look = seen
        said = next
        call()
      }
      const stop = open.subscribe(again)
      window.addEventListener('online', again)
      window.addEventListener('offline', again)
      again()
      return () => {
        stop()
        clearTimeout(timer)
        window.removeEventListener('online', again)
        window.removeEventListener('offline', again)
      }
    },
  }
}
