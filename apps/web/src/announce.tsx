import { createContext, useCallback, useContext, useEffect, useRef, useState } from 'react'
import type { ReactNode } from 'react'

/** What is said within this time is said in one breath. */
const breath = 1_500
const most = 3

const Say = createContext<(sentence: string) => void>(() => {})
const Alert = createContext<(sentence: string) => void>(() => {})

/** Speaks a sentence to screen readers, without showing it. */
export const useAnnounce = (): ((sentence: string) => void) => useContext(Say)

/** Speaks a sentence at once, over whatever is being said: only for text that may be lost. */
export const useAlert = (): ((sentence: string) => void) => useContext(Alert)

/** The two regions of the page that speak. What is not urgent is gathered, doubles dropped, and said together. */
export const Announcer = ({ children }: { readonly children: ReactNode }) => {
  const [said, setSaid] = useState('')
  const [alerted, setAlerted] = useState('')
  const waiting = useRef<string[]>([])
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)
  const say = useCallback((sentence: string) => {
    if (!waiting.current.includes(sentence)) waiting.current.push(sentence)
    timer.current ??= setTimeout(() => {
      timer.current = null
      const sentences = waiting.current.splice(0)
      const more = sentences.length - most
      setSaid([...sentences.slice(0, most), ...(more > 0 ? [`and ${more} more`] : [])].join(' '))
    }, breath)
  }, [])
  const alert = useCallback((sentence: string) => {
    // the same sentence twice would be no change, and nothing would be read
    setAlerted((before) => (before === sentence ? `${sentence}\u00a0` : sentence))
  }, [])
  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current)
      timer.current = null
    },
    [],
  )
  return (
    <Say value={say}>
      <Alert value={alert}>{children}</Alert>
      <div role="status" aria-live="polite" className="unseen">
        {said}
      </div>
      <div aria-live="assertive" className="unseen">
        {alerted}
      </div>
    </Say>
  )
}
