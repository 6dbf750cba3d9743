import '../style/diagram.css'
import { words } from '../words.ts'
import { part } from './part.ts'

const longest = 50_000
/** So long a diagram may take, and what draws it may take to be there, in ms. */
const patience = 3_000
const beginning = 20_000
/** Nothing is drawn until the keys have rested so long, in ms. */
const rest = 400
const tallest = 1_200

let asked: Promise<boolean> | null = null

/** True where the operator has put in what draws diagrams. */
export const drawsDiagrams = async (): Promise<boolean> =>
  (asked ??= fetch('/plugins.json')
    .then(async (answer) => {
      const told: unknown = answer.ok ? await answer.json() : null
      const names: unknown = typeof told === 'object' && told !== null ? Reflect.get(told, 'plugins') : null
      return Array.isArray(names) && names.includes('mermaid')
    })
    .catch(() => {
      asked = null // asked again with the next diagram
      return false
    }))

/** The picture of a diagram under its source. */
export interface Diagram {
  readonly show: (source: string) => void
  readonly close: () => void
}

const isDark = (): boolean =>
  getComputedStyle(document.documentElement).colorScheme === 'dark' ||
  (document.documentElement.dataset['theme'] === undefined &&
    matchMedia('(prefers-color-scheme: dark)').matches)

/**
 * Draws diagrams in a frame without an origin, which hears a source and tells a height. It is made when the block
 * comes near the window. What is too long or takes too long is told in a sentence and not drawn.
 */
export const diagram = (block: HTMLElement): Diagram => {
  const note = part('p', 'diagram-note')
  const box = part('div', 'diagram', note)
  box.contentEditable = 'false'
  note.setAttribute('role', 'status')
  note.hidden = true
  block.append(box)
  let source = ''
  let frame: HTMLIFrameElement | null = null
  let isReady = false
  let isNear = false
  let nth = 0
  let waiting: ReturnType<typeof setTimeout> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  const say = (text: string): void => {
    note.textContent = text
    note.hidden = text === ''
    if (text !== '') frame?.style.setProperty('height', '0')
  }
  const drop = (): void => {
    clearTimeout(timer)
    frame?.remove()
    frame = null
    isReady = false
  }
  const giveUp = (): void => {
    drop()
    say(words['diagram.slow'])
  }
  const begin = (): void => {
    frame = part('iframe', 'diagram-frame')
    frame.title = words['diagram.label']
    frame.setAttribute('sandbox', 'allow-scripts')
    frame.setAttribute('referrerpolicy', 'no-referrer')
    frame.src = '/plugins/mermaid'
    box.append(frame)
    timer = setTimeout(giveUp, beginning)
  }
  const draw = (): void => {
    if (!isNear) return
    if (source.trim() === '') {
      drop()
      say('')
    } else if (source.length > longest) {
      drop()
      say(words['diagram.tooLong'])
    } else if (frame === null) begin()
    else if (isReady) {
      clearTimeout(timer)
      timer = setTimeout(giveUp, patience)
      nth++
      frame.contentWindow?.postMessage({ source, nth, dark: isDark() }, '*') // it has no origin to name
    }
  }
  const heard = ({ source: from, data }: MessageEvent<unknown>): void => {
    if (frame === null || from !== frame.contentWindow || typeof data !== 'object' || data === null) return
    const { ready, drawn, height, error }: Record<string, unknown> = { ...data }
    if (ready !== undefined) {
      clearTimeout(timer)
      isReady = ready === true
      if (isReady) draw()
      else {
        drop()
        say(words['diagram.wrong']('mermaid.js'))
      }
      return
    }
    if (drawn === nth) clearTimeout(timer)
    if (drawn !== undefined && drawn !== nth) return
    if (typeof error === 'string') say(words['diagram.wrong'](error.trim().slice(0, 300)))
    else if (typeof height === 'number' && height >= 0) {
      if (drawn === nth) say('')
      if (note.hidden) frame.style.setProperty('height', `${Math.min(Math.ceil(height), tallest)}px`)
    }
  }
  const near = new IntersectionObserver(
    ([entry]) => {
      if (entry?.isIntersecting !== true || isNear) return
      isNear = true
      near.disconnect()
      draw()
    },
    { rootMargin: '400px' },
  )
  near.observe(box)
  window.addEventListener('message', heard)
  const themed = new MutationObserver(draw)
  themed.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
  const dark = matchMedia('(prefers-color-scheme: dark)')
  dark.addEventListener('change', draw)
  return {
    show: (next) => {
      if (next === source) return
      source = next
      clearTimeout(waiting)
      waiting = setTimeout(draw, rest)
    },
    close: () => {
      clearTimeout(waiting)
      drop()
      near.disconnect()
      themed.disconnect()
      dark.removeEventListener('change', draw)
      window.removeEventListener('message', heard)
      box.remove()
    },
  }
}
