import { useCallback, useLayoutEffect, useRef } from 'react'
import type { AriaRole, ReactNode } from 'react'
import { createPortal } from 'react-dom'
import { direction } from '../words/language.ts'
import { beside } from './beside.ts'

/**
 * A box over the page beside a place that may move, which takes no focus. On a coarse pointer the style sheet may
 * make a sheet at the bottom of it.
 */
export const Popup = ({
  at,
  side = 'below',
  align = 'start',
  className,
  id,
  role,
  label,
  box,
  children,
}: {
  /** Where the place is in the window now; null while it cannot be seen. */
  readonly at: () => Pick<DOMRect, 'left' | 'top' | 'bottom' | 'right'> | null
  readonly side?: 'above' | 'below'
  readonly align?: 'start' | 'center'
  readonly className: string
  readonly id?: string
  readonly role?: AriaRole
  readonly label?: string
  readonly box?: (element: HTMLDivElement | null) => void
  readonly children: ReactNode
}) => {
  const element = useRef<HTMLDivElement>(null)
  const place = useCallback(() => {
    const { current } = element
    if (current === null) return
    const where = at()
    current.toggleAttribute('data-lost', where === null)
    if (where === null) return
    const { offsetWidth: width, offsetHeight: height } = current
    const { visualViewport: seen } = window
    const room = {
      width: document.documentElement.clientWidth,
      top: seen?.offsetTop ?? 0,
      bottom: (seen?.offsetTop ?? 0) + (seen?.height ?? window.innerHeight),
    }
    // what starts somewhere reaches from there to where lines end
    const reach = align === 'start' && direction === 'rtl' ? 'end' : align
    const { left, top } = beside(where, { width, height }, room, side, reach)
    current.style.setProperty('--left', `${Math.round(left)}px`)
    current.style.setProperty('--top', `${Math.round(top)}px`)
  }, [at, side, align])
  useLayoutEffect(place)
  useLayoutEffect(() => {
    window.addEventListener('scroll', place, { capture: true, passive: true })
    window.addEventListener('resize', place)
    return () => {
      window.removeEventListener('scroll', place, { capture: true })
      window.removeEventListener('resize', place)
    }
  }, [place])
  return createPortal(
    <div
      ref={(node) => {
        element.current = node
        box?.(node)
      }}
      className={`popup ${className}`}
      id={id}
      role={role}
      aria-label={label}
    >
      {children}
    </div>,
    // within the landmark that it belongs to
    document.querySelector('main') ?? document.body,
  )
}
