import '../style/finding.css'
import '../style/hands.css'
import type { Editor } from '@tiptap/core'
import { keydownHandler } from '@tiptap/pm/keymap'
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from 'react'
import { useAnnounce } from '../announce.tsx'
import { ofBlocks } from '../commands/blocks.ts'
import { asOneStep } from '../commands/command.ts'
import type { Command } from '../commands/command.ts'
import type { Door, Open } from '../commands/doors.ts'
import { blockTypes } from '../commands/formatting.ts'
import { inserting } from '../commands/inserting.ts'
import { styling } from '../commands/styling.ts'
import { ofCells, ofColumns, ofRows, ofTables } from '../commands/tables.ts'
import { viewing } from '../commands/viewing.ts'
import type { OpenDocument } from '../document.ts'
import type { Following } from '../follow/following.ts'
import { focusText } from '../editor.ts'
import { showCaret } from '../flags.ts'
import { join } from '../late.ts'
import { Linking } from '../linking.tsx'
import { peopleOf } from '../people.ts'
import type { Person } from '../people.ts'
import { toggleLook, useLooks } from '../view.ts'
import { words } from '../words.ts'
import { useAddress } from './address.ts'
import { Bubble } from './bubble.tsx'
import { Embedding } from './embedding.tsx'
import { Handle } from './handle.tsx'
import { LinkCard } from './linkcard.tsx'
import { countUse } from './memory.ts'
import { useLookOf } from './looks.ts'
import { useOfferToShare } from './offersharing.ts'
import { mentions as mentioning, useNameable } from './mentions.ts'
import { commandOf, insertions, offersFor } from './offers.ts'
import { insertTableOf, typedSize } from './tableof.ts'
import { printPlainly } from './printing.ts'
import { TableHandles } from './tables.tsx'
import { ChoosingSize } from './tablesize.tsx'
import { Suggesting } from './suggesting.tsx'
import type { Source } from './suggesting.tsx'
import { patiently } from '../patiently.ts'

const Emoji = lazy(patiently(() => import('../emoji/picker.tsx')))
const Find = lazy(patiently(() => import('../finding/find.tsx')))
const Counting = lazy(patiently(() => import('./count.tsx')))
const Outline = lazy(patiently(() => import('./outline.tsx')))
const Palette = lazy(patiently(() => import('./palette.tsx')))
const Shortcuts = lazy(patiently(() => import('./shortcuts.tsx')))

const tableCommands = [...ofRows, ...ofColumns, ...ofCells, ...ofTables]

const keymap = (editor: Editor, commands: readonly Command[], editable: boolean) =>
  keydownHandler(
    Object.fromEntries(
      commands.flatMap((command) =>
        command.keys.map((key) => [
          key,
          () => {
            // without a selection or a link the same key goes somewhere
            const { empty } = editor.state.selection
            if (
              command.name === 'palette' &&
              editable &&
              editor.isFocused &&
              (!empty || editor.isActive('link'))
            )
              return false
            if (!command.able(editor)) return command.group !== 'tables'
            command.run(editor)
            return true
          },
        ]),
      ),
    ),
  )

/**
 * Everything that helps the hands and is loaded after the first paint: the menus in the text, the handles, and what
 * opens over it. It works on an editor that people may already be typing in.
 */
const Hands = ({
  editor,
  editable,
  document: paper,
  identity,
  following,
  toolbar,
  door,
  open,
  close,
}: {
  readonly editor: Editor
  readonly editable: boolean
  readonly document: OpenDocument
  readonly identity: string
  /** Null until one can follow. */
  readonly following: Following | null
  readonly toolbar: readonly (readonly Command[])[]
  readonly door: Door | null
  readonly open: Open
  readonly close: () => void
}) => {
  const say = useAnnounce()
  const anywhere = useMemo(() => viewing(open), [open])
  const late = useMemo(
    () => [...inserting(open), ...styling, ...ofBlocks(open, say), ...tableCommands],
    [open, say],
  )
  const commands = useMemo(
    () => [...blockTypes, ...toolbar.flat(), ...late, ...anywhere],
    [toolbar, late, anywhere],
  )
  const people = useCallback(
    (): Person[] =>
      peopleOf(
        paper.awareness.getStates(),
        { client: paper.awareness.clientID, identity },
        undefined,
        0,
        paper.known,
      ).filter(({ you }) => !you),
    [paper, identity],
  )
  useAddress(editor)
  useEffect(() => printPlainly(editor.view.dom), [editor])
  const looks = useLooks()
  useLookOf(editor, looks)
  const back = useCallback(() => focusText(editor), [editor])

  // the toolbar's own keys were there from the first paint on
  useEffect(
    () => (editable ? join(editor.view, { keydown: keymap(editor, late, editable) }) : undefined),
    [editor, late, editable],
  )
  useEffect(() => {
    const handler = keymap(editor, anywhere, editable)
    const leave = join(editor.view, { keydown: handler })
    const pressed = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing || editor.isDestroyed) return
      if (event.target instanceof Node && editor.view.dom.contains(event.target)) return
      // asked twice, the browser's own may come
      if (event.target instanceof Element && event.target.closest('.find') !== null && event.key === 'f')
        return
      if (handler(editor.view, event)) event.preventDefault()
    }
    window.addEventListener('keydown', pressed)
    return () => {
      leave()
      window.removeEventListener('keydown', pressed)
    }
  }, [editor, anywhere, editable])

  const [signs, setSigns] = useState<typeof import('./signs.ts') | null>(null)
  const { nameable, wanted } = useNameable(paper.room)
  const offerToShare = useOfferToShare(paper.room)
  const mentions = useMemo(
    () => mentioning(editor, identity, people, nameable, wanted, offerToShare),
    [editor, identity, people, nameable, wanted, offerToShare],
  )
  const sources = useMemo((): readonly Source[] => {
    const blocks: Source = {
      trigger: { char: '/', spaces: true },
      label: words['insert.label'],
      least: 0,
      options: (query) => offersFor(commands, query),
      choose: (option, query) => {
        const command = commandOf(commands, option)
        if (command === undefined) return
        countUse(insertions, command.name)
        const size = command.name === 'table' ? typedSize(query)?.size : null
        if (size == null) command.run(editor)
        else asOneStep(editor, () => insertTableOf(editor, size))
      },
    }
    const emoji: Source = {
      trigger: { char: ':', spaces: false },
      label: words['insert.emoji'],
      least: 2,
      options: (query) => {
        if (signs === null) {
          void import('./signs.ts').then(({ signsFor, chooseSign }) => setSigns({ signsFor, chooseSign }))
          return []
        }
        return signs.signsFor(query)
      },
      choose: (option) => signs?.chooseSign(editor, option),
    }
    return [blocks, emoji, mentions]
  }, [editor, commands, signs, mentions])

  return (
    <>
      {editable ? (
        <>
          <Suggesting editor={editor} sources={sources} />
          <Bubble editor={editor} commands={commands} hidden={door === 'link'} />
          <Handle
            editor={editor}
            commands={commands}
            open={door === 'blockMenu'}
            onOpen={(wanted) => (wanted ? open('blockMenu') : close())}
            onAdd={() => void editor.chain().insertContent('/').run()}
          />
          <TableHandles
            editor={editor}
            open={door === 'tableMenu'}
            onOpen={(wanted) => (wanted ? open('tableMenu') : close())}
          />
          {door === 'embed' ? <Embedding editor={editor} onClose={close} /> : null}
          {door === 'tableSize' ? <ChoosingSize editor={editor} onClose={close} /> : null}
          {door === 'link' ? <Linking editor={editor} onClose={close} /> : null}
        </>
      ) : null}
      <LinkCard editor={editor} editable={editable} onEdit={() => open('link')} />
      <Suspense>
        {door === 'find' || door === 'replace' ? (
          <Find
            editor={editor}
            editable={editable}
            replacing={door === 'replace'}
            onReplacing={() => open('replace')}
            onClose={close}
          />
        ) : null}
        {door === 'emoji' && editable ? <Emoji editor={editor} onClose={close} /> : null}
        {door === 'palette' ? (
          <Palette
            editor={editor}
            editable={editable}
            commands={commands}
            people={people()}
            onGoToPerson={({ clients }) => void showCaret(editor.view, clients)}
            onFollow={following === null ? null : (person) => following.follow(person)}
            onClose={close}
          />
        ) : null}
        {door === 'shortcuts' ? <Shortcuts commands={commands} onClose={close} onClosed={back} /> : null}
        <Counting
          key={paper.room}
          editor={editor}
          room={paper.room}
          open={door === 'count'}
          onOpen={() => open('count')}
          onClose={close}
          onClosed={back}
        />
        {looks.has('outline') ? <Outline editor={editor} onClose={() => toggleLook('outline')} /> : null}
      </Suspense>
    </>
  )
}
export default Hands
