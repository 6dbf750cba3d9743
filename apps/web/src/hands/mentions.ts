import type { Editor } from '@tiptap/core'
import { FileText, User } from 'lucide-react'
import { useCallback, useRef, useState } from 'react'
import { api } from '../api.ts'
import type { Listed } from '../api.ts'
import type { Person } from '../people.ts'
import { words } from '../words.ts'
import { ranked } from './ranking.ts'
import type { Option, Source } from './suggesting.tsx'

/** What was listed is believed so long, in ms. */
const fresh = 30_000
const most = 8

interface Mentionable extends Option {
  readonly attrs: { readonly kind: 'person' | 'document'; readonly id: string; readonly label: string }
}

/** The documents that one may name: asked for when `wanted` is called, and again when the answer is old. */
export const useDocuments = (): { readonly documents: readonly Listed[]; readonly wanted: () => void } => {
  const [documents, setDocuments] = useState<readonly Listed[]>([])
  const asked = useRef(-Infinity)
  const wanted = useCallback(() => {
    if (performance.now() - asked.current < fresh) return
    asked.current = performance.now()
    // without an answer there are the people
    api.documents().then(setDocuments, () => {})
  }, [])
  return { documents, wanted }
}

/** "@": the people who are here, then documents. */
export const mentions = (
  editor: Editor,
  people: () => readonly Person[],
  documents: readonly Listed[],
  wanted: () => void,
): Source => {
  const all = (): readonly Mentionable[] => [
    ...people().map(({ identity, name }): Mentionable => ({
      name: `person ${identity}`,
      label: name,
      icon: User,
      shelf: words['palette.people'],
      attrs: { kind: 'person', id: identity, label: name },
    })),
    ...documents.map(({ id, title }): Mentionable => {
      const label = title === '' ? words['title.empty'] : title
      return {
        name: `document ${id}`,
        label,
        icon: FileText,
        shelf: words['palette.documents'],
        attrs: { kind: 'document', id, label },
      }
    }),
  ]
  return {
    trigger: { char: '@', spaces: true },
    label: words['insert.mention'],
    least: 0,
    options: (query) => {
      wanted()
      const found = ranked(all(), query)
      return [
        ...found.filter(({ attrs }) => attrs.kind === 'person').slice(0, most),
        ...found.filter(({ attrs }) => attrs.kind === 'document').slice(0, most),
      ]
    },
    choose: ({ name }) => {
      const chosen = all().find((each) => each.name === name)
      if (chosen === undefined) return
      editor
        .chain()
        .insertContent([
          { type: 'mention', attrs: chosen.attrs },
          { type: 'text', text: ' ' },
        ])
        .run()
    },
  }
}
