import { part } from '../blocks/part.ts'

/** A width in percent of the text as it is stored: whole, and within bounds. */
export const widthIn = (part: number): number =>
  Math.min(100, Math.max(10, Math.round(Number.isFinite(part) ? part : 100)))

/**
 * Four corners by which something is made wider or narrower. It is shown at once and stored when the pointer lets
 * go; Escape lets it be.
 */
export const grips = (
  frame: HTMLElement,
  allowed: () => boolean,
  store: (width: number) => void,
): HTMLElement[] =>
  (['nw', 'ne', 'sw', 'se'] as const).map((corner) => {
    const grip = part('span', `media-grip ${corner}`)
    grip.setAttribute('aria-hidden', 'true')
    grip.addEventListener('pointerdown', (down) => {
      if (!allowed() || down.button !== 0) return
      down.preventDefault()
      down.stopPropagation()
      const block = frame.parentElement
      const room = block?.clientWidth ?? 0
      if (block === null || room === 0) return
      const began = frame.getBoundingClientRect().width
      const before = block.style.getPropertyValue('--wide')
      // what stands in the middle grows at both sides
      const both = block.dataset['align'] === 'center' ? 2 : 1
      const sign = corner.endsWith('e') ? both : -both
      let width: number | null = null
      const over = new AbortController()
      const { signal } = over
      const end = (keep: boolean): void => {
        over.abort()
        if (keep && width !== null) store(width)
        else block.style.setProperty('--wide', before)
      }
      grip.setPointerCapture(down.pointerId)
      grip.addEventListener(
        'pointermove',
        (event) => {
          width = widthIn(((began + sign * (event.clientX - down.clientX)) / room) * 100)
          block.style.setProperty('--wide', `${width}%`)
        },
        { signal },
      )
      grip.addEventListener('pointerup', () => end(true), { signal })
      grip.addEventListener('pointercancel', () => end(false), { signal })
      window.addEventListener(
        'keydown',
        (event) => {
          if (event.key !== 'Escape') return
          event.stopPropagation()
          end(false)
        },
        { signal, capture: true },
      )
    })
    return grip
  })
