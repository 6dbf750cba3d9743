import { titleOf } from '@quire/editor/title'
import { titleRoot } from '@quire/editor/roots'
import { covers, roles } from '@quire/sync/role'
import type { Editor } from '@tiptap/core'
import { ArrowLeft } from 'lucide-react'
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { Link } from 'wouter'
import { useAnnounce } from './announce.tsx'
import { api, ApiError } from './api.ts'
import type { Me } from './api.ts'
import { attend } from './attendance.ts'
import { Avatars } from './avatars.tsx'
import { Chip, endingWords } from './chip.tsx'
import { commandsWith } from './commands.ts'
import { OpenDocument } from './document.ts'
import { focusText } from './editor.ts'
import { showCaret } from './flags.ts'
import { useKeyboardSpace } from './keyboard.ts'
import { Linking } from './linking.tsx'
import { Loading, Skeleton } from './loading.tsx'
import { useMe } from './me.tsx'
import { MainMenu } from './menu.tsx'
import { Notice, NotFound } from './notice.tsx'
import type { Ending } from './saying.ts'
import { CopyLink, copyText } from './share.tsx'
import { Surface } from './surface.tsx'
import { Title } from './title.tsx'
import { useToast } from './toast.tsx'
import { Tools } from './toolbar.tsx'
import { Tips } from './ui/tip.tsx'
import { words } from './words.ts'

const server = (): string => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/sync`

/** One document, from its address to its text. */
const Page = ({ room }: { readonly room: string }) => {
  const { me, failed, ask } = useMe()
  const [found, setFound] = useState<boolean | null>(null)
  useEffect(() => {
    // asked before connecting, which could not tell why it is refused. Any other failure is the connection's
    // to report.
    api.document(room).then(
      () => setFound(true),
      (error: unknown) =>
        setFound(!(error instanceof ApiError && (error.status === 404 || error.status === 400))),
    )
  }, [room])
  if (found === false) return <NotFound />
  if (me !== null) return found === null ? <Loading /> : <Connected room={room} me={me} />
  if (!failed) return <Loading />
  return (
    <Notice title={words['error.unreachable.title']} sentence={words['error.unreachable']}>
      <button type="button" className="button primary" onClick={ask}>
        {words['action.tryAgain']}
      </button>
    </Notice>
  )
}
export default Page

const Connected = ({ room, me }: { readonly room: string; readonly me: Me }) => {
  const [open, setOpen] = useState<OpenDocument | null>(null)
  const author = useRef(me)
  useEffect(() => {
    const opened = new OpenDocument(server(), room, author.current)
    const stop = attend(opened)
    setOpen(opened)
    return () => {
      stop()
      opened.close()
    }
  }, [room])
  useEffect(() => {
    author.current = me
    open?.introduce(me)
  }, [open, me])
  return open === null ? <Loading /> : <Opened open={open} me={me} />
}

const useTitle = (open: OpenDocument): string =>
  useSyncExternalStore(
    (call) => {
      const text = open.doc.getText(titleRoot)
      text.observe(call)
      return () => text.unobserve(call)
    },
    () => titleOf(open.doc),
  )

const isFresh = (): boolean => {
  const state: unknown = history.state
  return typeof state === 'object' && state !== null && Reflect.get(state, 'fresh') === true
}

const Opened = ({ open, me }: { readonly open: OpenDocument; readonly me: Me }) => {
  const standing = useSyncExternalStore(open.subscribe, () => open.standing)
  const title = useTitle(open)
  const [editor, setEditor] = useState<Editor | null>(null)
  const [linking, setLinking] = useState(false)
  const tools = useRef<HTMLDivElement>(null)
  const [fresh] = useState(isFresh)
  useKeyboardSpace()
  useSaveKey(open)

  const identity = useRef(me.id)
  useEffect(() => {
    identity.current = me.id
  }, [me.id])
  const commands = useMemo(() => commandsWith(() => setLinking(true)), [])
  const around = useMemo(
    () => ({
      commands,
      identity: () => identity.current,
      toToolbar: () => tools.current?.focus(),
    }),
    [commands],
  )

  const { ended, synced } = standing
  if (ended === 'not-found' && !synced) return <NotFound />
  if (ended !== null && (!synced || ended === 'stranger')) return <Ended ending={ended} />

  const role = roles.find((each) => each === standing.facts.hello?.role)
  const editable = synced && ended === null && (role === undefined || covers(role, 'edit'))
  return (
    <Tips>
      <div className="document">
        <a className="skip" href="#text">
          {words['skip']}
        </a>
        <header className="chrome">
          <h1 className="unseen">{title || words['title.empty']}</h1>
          <div className="header">
            <Link href="/" className="icon-button" aria-label={words['action.home']}>
              <ArrowLeft aria-hidden="true" />
            </Link>
            <Title
              open={open}
              editable={editable}
              fresh={fresh}
              onEnter={() => {
                if (editor !== null) focusText(editor, 'start')
              }}
            />
            <Chip open={open} />
            <span className="spring" />
            <Avatars
              open={open}
              onGoTo={({ clients }) => {
                if (editor !== null) showCaret(editor.view, clients)
              }}
            />
            <CopyLink />
            <MainMenu document />
          </div>
          <Tools editor={editor} commands={commands} editable={editable} box={tools} />
        </header>
        <main className="stage" aria-busy={!synced}>
          {ended === null ? null : <Ending ending={ended} editor={editor} />}
          {synced ? (
            <Surface
              open={open}
              around={around}
              editor={editor}
              editable={editable}
              title={title}
              onEditor={setEditor}
            />
          ) : (
            <Skeleton />
          )}
        </main>
        {linking && editor !== null ? <Linking editor={editor} onClose={() => setLinking(false)} /> : null}
      </div>
    </Tips>
  )
}

/** Before the text has arrived, or in its place, an ending is all there is to say. */
const Ended = ({ ending }: { readonly ending: Ending }) => {
  const { chip, sentence } = endingWords[ending]
  return (
    <Notice title={chip} sentence={sentence}>
      <button type="button" className="button primary" onClick={() => location.reload()}>
        {words['action.reload']}
      </button>
      <Link href="/" className="button">
        {words['action.home']}
      </Link>
    </Notice>
  )
}

/** Over the text, an ending says what happened and lets the text be taken away. */
const Ending = ({ ending, editor }: { readonly ending: Ending; readonly editor: Editor | null }) => {
  const toast = useToast()
  return (
    <div className="banner" role="alert">
      <p>{endingWords[ending].sentence}</p>
      <div className="actions">
        <button
          type="button"
          className="button"
          onClick={() =>
            void copyText(editor?.getText({ blockSeparator: '\n\n' }) ?? '').then(() =>
              toast({ text: words['action.copied'] }),
            )
          }
        >
          {words['action.copyText']}
        </button>
        {ending === 'not-found' ? (
          <Link href="/" className="button primary">
            {words['action.home']}
          </Link>
        ) : (
          <button type="button" className="button primary" onClick={() => location.reload()}>
            {words['action.reload']}
          </button>
        )}
      </div>
    </div>
  )
}

/** Mod+S says what is saved, instead of the browser's dialog. */
const useSaveKey = (open: OpenDocument): void => {
  const toast = useToast()
  const announce = useAnnounce()
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (!(event.metaKey || event.ctrlKey) || event.altKey || event.shiftKey || event.key !== 's') return
      event.preventDefault()
      const { unsaved, unsavedSince, savedAt } = open.standing
      const text =
        unsavedSince !== null
          ? words['status.pending'](unsaved, new Date(unsavedSince).toLocaleTimeString())
          : savedAt === null
            ? words['status.live.long']
            : words['status.saved.long'](new Date(savedAt).toLocaleTimeString())
      toast({ text })
    }
    window.addEventListener('keydown', pressed)
    return () => window.removeEventListener('keydown', pressed)
  }, [open, toast, announce])
}
