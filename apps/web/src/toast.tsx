import { createContext, useCallback, useContext, useEffect, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { X } from 'lucide-react'
import { useAnnounce } from './announce.tsx'
import { words } from './words.ts'

/** A sentence that passes by at the bottom of the page, perhaps with one thing to do about it. */
export interface Toast {
  readonly text: string
  readonly action?: { readonly label: string; readonly run: () => void }
  /** How long it stays, in ms. */
  readonly lasts?: number
}

const Show = createContext<(toast: Toast) => void>(() => {})

/** Shows a toast in place of the one before it. */
export const useToast = (): ((toast: Toast) => void) => useContext(Show)

/** Where toasts appear: at most one, and none leaves while it is pointed at or focused. */
export const Toasts = ({ children }: { readonly children: ReactNode }) => {
  const [toast, setToast] = useState<Toast | null>(null)
  const [held, setHeld] = useState(false)
  const announce = useAnnounce()
  const box = useRef<HTMLDivElement>(null)
  const show = useCallback(
    (next: Toast) => {
      setHeld(false)
      setToast(next)
      announce(next.text)
    },
    [announce],
  )
  useEffect(() => {
    if (toast === null || held) return
    const timer = setTimeout(() => setToast(null), toast.lasts ?? 5_000)
    return () => clearTimeout(timer)
  }, [toast, held])
  return (
    <Show value={show}>
      {children}
      {toast === null ? null : (
        <div
          ref={box}
          className="toast"
          onPointerEnter={() => setHeld(true)}
          onPointerLeave={() => setHeld(false)}
          onFocus={() => setHeld(true)}
          onBlur={() => setHeld(false)}
        >
          <span>{toast.text}</span>
          {toast.action === undefined ? null : (
            <button
              type="button"
              className="button bare strong"
              onClick={() => {
                setToast(null)
                toast.action?.run()
              }}
            >
              {toast.action.label}
            </button>
          )}
          <button
            type="button"
            className="icon-button small"
            aria-label={words['action.close']}
            onClick={() => setToast(null)}
          >
            <X aria-hidden="true" />
          </button>
        </div>
      )}
    </Show>
  )
}
