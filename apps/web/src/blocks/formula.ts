import katex from 'katex'
import 'katex/dist/katex.min.css'

/**
 * Draws a formula, or says why it cannot be drawn. What a formula may do is bounded: it brings no address, no class
 * and no size of its own, and it ends.
 */
export const draw = (latex: string, place: HTMLElement, displayMode: boolean): string | null => {
  try {
    katex.render(latex, place, {
      displayMode,
      throwOnError: true,
      trust: false,
      strict: 'ignore',
      maxSize: 20,
      maxExpand: 300,
    })
    return null
  } catch (error) {
    place.textContent = latex
    if (error instanceof katex.ParseError) return error.rawMessage
    if (error instanceof RangeError) return error.message // nested too deeply
    throw error
  }
}
