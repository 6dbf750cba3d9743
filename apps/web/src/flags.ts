import type { EditorView } from '@tiptap/pm/view'
import { labelOf } from './people.ts'

/** Somebody's caret in this page's text. */
export interface Caret {
  readonly client: number
  readonly name: string
  /** False when the name is only claimed. */
  readonly verified: boolean
  readonly hue: number
  readonly at: number
}

/** How long a label stays unfolded after its person moved or typed. */
const unfoldedFor = 2_000
const labelHeight = 22

interface Flag {
  readonly element: HTMLElement
  readonly label: HTMLElement
  look: string
  folding: ReturnType<typeof setTimeout> | undefined
}

/**
 * The others' carets as they are drawn: a layer over the text and not in it, so that no line breaks, no key
 * moves, nothing is selected, copied, read out or printed differently because of them. Only a caret's flag
 * notices the pointer, and only to unfold.
 */
export class Flags {
  readonly #view: EditorView
  readonly #carets: () => readonly Caret[]
  readonly #layer = document.createElement('div')
  readonly #flags = new Map<number, Flag>()
  readonly #resized: ResizeObserver
  #frame = 0

  /** Draws whatever `carets` says at each placing. */
  constructor(view: EditorView, carets: () => readonly Caret[]) {
    this.#view = view
    this.#carets = carets
    this.#layer.className = 'carets'
    this.#layer.setAttribute('aria-hidden', 'true')
    this.#resized = new ResizeObserver(() => this.place())
    this.#resized.observe(view.dom)
    this.place()
  }

  /** Puts every caret where its place in the text now is, once in the next frame. */
  place(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#layOut())
  }

  /** Shows a name for a while. */
  unfold(client: number): void {
    const flag = this.#flags.get(client) ?? this.#make(client)
    clearTimeout(flag.folding)
    flag.element.classList.add('unfolded')
    flag.folding = setTimeout(() => flag.element.classList.remove('unfolded'), unfoldedFor)
    this.place()
  }

  /** Takes the layer away. */
  remove(): void {
    cancelAnimationFrame(this.#frame)
    this.#resized.disconnect()
    for (const { folding } of this.#flags.values()) clearTimeout(folding)
    this.#layer.remove()
  }

  #layOut(): void {
    this.#frame = 0
    const view = this.#view
    if (view.isDestroyed) return
    if (!this.#layer.isConnected) view.dom.after(this.#layer)
    const carets = this.#carets()
    const present = new Set(carets.map(({ client }) => client))
    for (const [client, flag] of this.#flags)
      if (!present.has(client)) {
        clearTimeout(flag.folding)
        flag.element.remove()
        this.#flags.delete(client)
      }
    // all reading before all writing: one layout, however many people
    const origin = this.#layer.getBoundingClientRect()
    const { right } = view.dom.getBoundingClientRect()
    const header = document.querySelector('.chrome')?.getBoundingClientRect().bottom ?? 0
    const placed = carets.map((caret) => {
      const flag = this.#flags.get(caret.client) ?? this.#make(caret.client)
      const { parent, parentOffset } = view.state.doc.resolve(caret.at)
      // after the last letter, which is on the left where lines run that way
      const side = parentOffset > 0 && parentOffset === parent.content.size ? -1 : 1
      return { caret, flag, box: view.coordsAtPos(caret.at, side), width: flag.label.scrollWidth }
    })
    for (const { caret, flag, box, width } of placed) {
      const { element, label } = flag
      const name = labelOf(caret.name, caret.verified)
      const look = `hue-${caret.hue} ${name}`
      if (flag.look !== look) {
        element.classList.remove(...[...element.classList].filter((name) => name.startsWith('hue-')))
        element.classList.add(`hue-${caret.hue}`)
        label.textContent = name
        flag.look = look
      }
      element.classList.toggle('below', box.top - labelHeight < header && box.bottom > header)
      element.classList.toggle('leftward', box.left + width + 16 > Math.min(innerWidth, right + 24))
      element.style.setProperty('translate', `${box.left - origin.left}px ${box.top - origin.top}px`)
      element.style.setProperty('height', `${box.bottom - box.top}px`)
      if (!element.isConnected) this.#layer.append(element)
    }
  }

  #make(client: number): Flag {
    const element = document.createElement('span')
    element.className = 'caret'
    element.dataset['client'] = String(client)
    const label = document.createElement('span')
    label.className = 'label'
    label.dir = 'auto'
    const flag = document.createElement('span')
    flag.className = 'flag'
    flag.append(label)
    flag.addEventListener('mousedown', (event) => event.preventDefault()) // the focus stays in the text
    element.append(flag)
    const made: Flag = { element, label, look: '', folding: undefined }
    this.#flags.set(client, made)
    return made
  }
}

/** Brings a person's caret into view with its label unfolded. False when they have none in the text. */
export const showCaret = (view: EditorView, clients: readonly number[]): boolean => {
  for (const client of clients) {
    const caret = view.dom.parentElement?.querySelector<HTMLElement>(`.caret[data-client="${client}"]`)
    if (caret == null) continue
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
    caret.scrollIntoView({ block: 'center', behavior: calm ? 'instant' : 'smooth' })
    caret.classList.add('unfolded')
    setTimeout(() => caret.classList.remove('unfolded'), unfoldedFor)
    return true
  }
  return false
}
