import type { Editor } from '@tiptap/core'
import { emoji, findEmoji, lastTone, toned } from '../emoji/emoji.ts'
import { words } from '../words.ts'
import { countUse, usesOf } from './memory.ts'
import type { Option } from './suggesting.tsx'

const most = 12
const memory = 'quire.emoji'

/** What ":" offers for the letters that follow it. */
export const signsFor = (query: string): readonly Option[] =>
  findEmoji(query, new Map(usesOf(memory)), most).map(({ name, label }) => ({
    name,
    label,
    sign: name,
    shelf: words['insert.emoji'],
  }))

/** Puts it into the text. */
export const chooseSign = (editor: Editor, { name }: Option): void => {
  const chosen = emoji.find((each) => each.name === name)
  if (chosen === undefined) return
  countUse(memory, name)
  editor.chain().insertContent(toned(chosen, lastTone())).run()
}
