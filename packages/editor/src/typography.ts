import { Extension, InputRule } from '@tiptap/core'
import type { ResolvedPos } from '@tiptap/pm/model'
import { dashOf, quoteFor } from './quotes.ts'

declare module '@tiptap/core' {
  interface Storage {
    typography: {
      /** False where this person wants what they type to stay as it is. */
      isOn: () => boolean
      /** What the text is written in, as a BCP 47 tag; empty where nobody knows. */
      language: () => string
    }
  }
}

/** What is typed, and the sign that people mean by it. Whole words only where it might be something else. */
const signs: readonly (readonly [RegExp, string])[] = [
  [/\.\.\.$/, '…'],
  [/(?<![-<])->$/, '→'],
  [/←>$/, '↔'],
  [/<-$/, '←'],
  [/(?<![=<>])=>$/, '⇒'],
  [/!=$/, '≠'],
  [/\(c\)$/i, '©'],
  [/\(r\)$/i, '®'],
  [/\(tm\)$/i, '™'],
  [/\+\/-$/, '±'],
]

const fractions: Readonly<Record<string, string>> = {
  '1/2': '½',
  '1/3': '⅓',
  '2/3': '⅔',
  '1/4': '¼',
  '3/4': '¾',
  '1/5': '⅕',
  '1/6': '⅙',
  '1/8': '⅛',
  '3/8': '⅜',
  '5/8': '⅝',
  '7/8': '⅞',
}
/** A fraction is one when something else follows it: `1/2/2026` is a day. */
const fraction = /(?<![\p{L}\p{N}/.,_-])([1-7]\/[2-8])([\s),;:!?])$/u

const dashes = /(?<=[^-\s]|\S\s)--$/ // not at the beginning: three of them make a divider

/** An address is not text, also before it is a link. */
const address = /(?:\/\/|www\.)\S*$/
/** What stands behind one of these will be code, or a formula, when the other one comes. */
const begun = /^(?:[^`]*`[^`]*`)*[^`]*`[^`]+$|\$[^\s$\d][^$]*$/

const isText = (text: string): boolean => !address.test(text) && !begun.test(text)

const isLinked = ($at: ResolvedPos): boolean => $at.marks().some(({ type }) => type.name === 'link')

/**
 * Signs for what is typed in their place: dashes, dots, arrows, fractions, and the quotes of the text's language. One
 * Backspace right after it brings back what was typed. Never in code, formulas,
 * links and addresses.
 */
export const Typography = Extension.create({
  name: 'typography',

  addStorage() {
    return { isOn: () => true, language: () => '' }
  },

  addInputRules() {
    const storage = this.editor.storage.typography
    const rule = (find: RegExp, sign: (match: RegExpExecArray) => string | null): InputRule =>
      new InputRule({
        find: (text) => {
          const match = storage.isOn() && isText(text) ? find.exec(text) : null
          const replaceWith = match === null ? null : sign(match)
          return match === null || replaceWith === null
            ? null
            : { text: match[0], index: match.index, data: { sign: replaceWith } }
        },
        handler: ({ state, range, match }) => {
          const replacement: unknown = match.data?.['sign']
          if (typeof replacement !== 'string' || isLinked(state.doc.resolve(range.from))) return null
          state.tr.insertText(replacement, range.from, range.to)
        },
      })
    return [
      rule(dashes, ({ input, index }) => dashOf(input.slice(0, index), storage.language())),
      ...signs.map(([find, sign]) => rule(find, () => sign)),
      rule(fraction, ({ 1: written = '', 2: after = '' }) => {
        const sign = fractions[written]
        return sign === undefined ? null : sign + after
      }),
      rule(/["']$/, ({ 0: typed, input, index }) =>
        quoteFor(typed === '"' ? 'double' : 'single', input.slice(0, index), storage.language()),
      ),
    ]
  },
})
