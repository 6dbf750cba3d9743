import { createLowlight } from 'lowlight'
import type { Language } from './languages.ts'

/** A stretch of code that has a meaning, by the name of its class. */
export interface Span {
  readonly from: number
  readonly to: number
  readonly name: string
}

const lowlight = createLowlight()

/** Makes a language known. */
export const learn = async (language: Language): Promise<void> => {
  const { default: grammar } = await language.load()
  lowlight.register(language.name, grammar)
}

interface Tree {
  readonly children: readonly (
    | { readonly type: 'text'; readonly value: string }
    | ({ readonly type: 'element'; readonly properties: { readonly className?: unknown } } & Tree)
    | { readonly type: 'comment' | 'doctype' }
  )[]
}

/** What means what in some code of a language that is known. */
export const spansOf = (language: Language, code: string): Span[] => {
  const spans: Span[] = []
  let at = 0
  const walk = ({ children }: Tree): void => {
    for (const child of children) {
      if (child.type === 'text') at += child.value.length
      if (child.type !== 'element') continue
      const from = at
      walk(child)
      const { className } = child.properties
      if (Array.isArray(className)) spans.push({ from, to: at, name: className.join(' ') })
    }
  }
  if (lowlight.registered(language.name)) walk(lowlight.highlight(language.name, code) as Tree)
  return spans
}
