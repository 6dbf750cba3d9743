import { Extension, textInputRule } from '@tiptap/core'

/** What is typed, and the sign that people mean by it. Whole words only where it might be something else. */
const signs: readonly (readonly [RegExp, string])[] = [
  [/(?<=[^-])--$/, '—'], // not at the beginning: three of them make a divider
  [/\.\.\.$/, '…'],
  [/(?<![-<])->$/, '→'],
  [/<-$/, '←'],
  [/(?<![=<>])=>$/, '⇒'],
  [/!=$/, '≠'],
  [/\(c\)$/i, '©'],
  [/\(r\)$/i, '®'],
  [/\(tm\)$/i, '™'],
  [/\+\/-$/, '±'],
]

/** Signs for what is typed in their place. One Backspace right after it brings back what was typed. Never in code. */
export const Typography = Extension.create({
  name: 'typography',

  addInputRules() {
    return signs.map(([find, replace]) => textInputRule({ find, replace }))
  },
})
