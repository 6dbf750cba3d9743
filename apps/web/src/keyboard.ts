import { useEffect } from 'react'

/**
 * Keeps `--keyboard`, the height that a phone's keyboard covers, for the toolbar to stand above it. Browsers
 * that shrink the page for the keyboard need nothing: there it stays 0.
 */
export const useKeyboardSpace = (): void => {
  useEffect(() => {
    const { visualViewport: seen } = window
    if (seen === null) return
    let last = 0
    const measure = (): void => {
      const covered = Math.max(0, Math.round(window.innerHeight - seen.height - seen.offsetTop))
      // zooming shrinks it too, but opens no keyboard
      const space = seen.scale > 1.01 || covered < 80 ? 0 : covered
      if (space === last) return // to set it, even to the same, is to style the whole page anew
      last = space
      document.documentElement.style.setProperty('--keyboard', `${space}px`)
    }
    measure()
    seen.addEventListener('resize', measure)
    seen.addEventListener('scroll', measure)
    return () => {
      seen.removeEventListener('resize', measure)
      seen.removeEventListener('scroll', measure)
    }
  }, [])
}
