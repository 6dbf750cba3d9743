import type { Editor } from '@tiptap/core'
import { FileText, User } from 'lucide-react'
import { useCallback, useMemo, useRef, useState } from 'react'
import { api } from '../api.ts'
import type { Listed } from '../api.ts'
import type { Person } from '../people.ts'
import { words } from '../words.ts'
import { acquaintancesOf } from './acquaintances.ts'
import type { Acquaintance } from './acquaintances.ts'
import { ranked } from './ranking.ts'
import type { Option, Source } from './suggesting.tsx'

/** What was listed is believed so long, in ms. */
const fresh = 30_000
const most = 8

interface Mentionable extends Option {
  readonly attrs: { readonly kind: 'person' | 'document'; readonly id: string; readonly label: string }
}

/** What one may name besides those who are here. */
interface Nameable {
  readonly documents: readonly Listed[]
  readonly acquaintances: readonly Acquaintance[]
  /** True when all of it has been answered, or will not be. */
  readonly complete: boolean
}

/** Who and what one may name: asked for when `wanted` is called, and again when the answer is old. */
export const useNameable = (room: string): { readonly nameable: Nameable; readonly wanted: () => void } => {
  const [documents, setDocuments] = useState<readonly Listed[]>([])
  const [acquaintances, setAcquaintances] = useState<readonly Acquaintance[]>([])
  const [complete, setComplete] = useState(false)
  const asked = useRef(-Infinity)
  const wanted = useCallback(() => {
    if (performance.now() - asked.current < fresh) return
    asked.current = performance.now()
    // without an answer there are the people who are here
    void Promise.allSettled([
      api.documents().then(setDocuments),
      acquaintancesOf(room).then(setAcquaintances),
    ]).then(() => setComplete(true))
  }, [room])
  const nameable = useMemo(
    () => ({ documents, acquaintances, complete }),
    [documents, acquaintances, complete],
  )
  return { nameable, wanted }
}

/** "@": the people who are here, then others who may come, then documents. */
export const mentions = (
  editor: Editor,
  identity: string,
  people: () => readonly Person[],
  { documents, acquaintances, complete }: Nameable,
  wanted: () => void,
  /** Somebody was named who cannot see the document. */
  onUnseeing: (person: Acquaintance) => void,
): Source => {
  const all = (): readonly Mentionable[] => {
    const here = people().map(({ identity: who, name }): Acquaintance => ({
      identity: who,
      name,
      sees: true,
    }))
    const there = acquaintances.filter(
      (one) => one.identity !== identity && !here.some((each) => each.identity === one.identity),
    )
    return [
      ...[...here, ...there].map((person): Mentionable => ({
        name: `person ${person.identity}`,
        label: person.name,
        ...(person.sees ? {} : { hint: words['mention.cannotSee'](person.name) }),
        icon: User,
        shelf: words['palette.people'],
        attrs: { kind: 'person', id: person.identity, label: person.name },
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
  }
  return {
    trigger: { char: '@', spaces: true },
    label: words['insert.mention'],
    least: 0,
    complete,
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
      const unseeing = acquaintances.find(
        (one) => !one.sees && chosen.attrs.kind === 'person' && one.identity === chosen.attrs.id,
      )
      if (unseeing !== undefined && chosen.hint !== undefined) onUnseeing(unseeing)
    },
  }
}
