import { titleOf } from '@quire/editor/title'
import { titleRoot } from '@quire/editor/roots'
import type { Editor } from '@tiptap/core'
import { ArrowLeft } from 'lucide-react'
import {
  lazy,
  useCallback,
  startTransition,
  Suspense,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import { Link } from 'wouter'
import { signInPath } from './account/calls.ts'
import { takeSocket, wasServed } from './ahead.ts'
import { useAlert, useAnnounce } from './announce.tsx'
import { api, ApiError } from './api.ts'
import type { Me } from './api.ts'
import { attend } from './attendance.ts'
import { Avatars } from './avatars.tsx'
import { Banner } from './banner.tsx'
import { Chip, endingWords } from './chip.tsx'
import type { Door } from './commands/doors.ts'
import { commandsWith } from './commands/formatting.ts'
import type { OpenDocument } from './document.ts'
import { focusText } from './editor.ts'
import type { Following } from './follow/following.ts'
import { useKeyboardSpace } from './keyboard.ts'
import { Loading, Skeleton } from './loading.tsx'
import { useMe } from './me.tsx'
import { MainMenu } from './menu.tsx'
import { Gone } from './gone.tsx'
import { Notice } from './notice.tsx'
import { putBack } from './putback.ts'
import { barOf } from './saying.ts'
import type { Ending } from './saying.ts'
import { Entering } from './sharing/entering.tsx'
import { RoleChip } from './sharing/rolechip.tsx'
import { Share } from './sharing/share.tsx'
import { server, shelf } from './here.ts'
import type { Recovered } from './shelf.ts'
import { Surface } from './surface.tsx'
import { Title } from './title.tsx'
import { useToast } from './toast.tsx'
import { Tools } from './toolbar.tsx'
import { Tips } from './ui/tip.tsx'
import { Visit } from './visit.ts'
import { clockOf } from './words/figures.ts'
import { lossWords, words } from './words.ts'
import { patiently } from './patiently.ts'

const Hands = lazy(patiently(() => import('./hands/hands.tsx')))
const Starters = lazy(patiently(() => import('./beginning/starters.tsx')))
const Recovering = lazy(patiently(() => import('./recovering.tsx')))

/** One document, from its address to its text. */
const Page = ({ room }: { readonly room: string }) => (
  <Suspense fallback={<Loading />}>
    <Entering>
      <Found room={room} />
    </Entering>
  </Suspense>
)
export default Page

const Found = ({ room }: { readonly room: string }) => {
  const { me, failed, ask } = useMe()
  const [found, setFound] = useState<boolean | null>(() => (wasServed() ? true : null))
  useEffect(() => {
    // asked, since connecting could not tell why it is refused. Any other failure is the connection's to report.
    api.document(room).then(
      () => setFound(true),
      (error: unknown) => {
        if (error instanceof ApiError && error.code === 'signed-out') location.replace(signInPath())
        else setFound(!(error instanceof ApiError && (error.status === 404 || error.status === 400)))
      },
    )
  }, [room])
  if (found === false) return <Gone room={room} />
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

const Connected = ({ room, me }: { readonly room: string; readonly me: Me }) => {
  const [visit, setVisit] = useState<Visit | null>(null)
  const author = useRef(me)
  useEffect(() => {
    const began = new Visit({
      server: server(),
      room,
      author: author.current,
      shelf,
      attend,
      early: takeSocket(room),
    })
    setVisit(began)
    return () => began.close()
  }, [room])
  useEffect(() => {
    author.current = me
    visit?.introduce(me)
  }, [visit, me])
  return visit === null ? <Loading /> : <Opened visit={visit} me={me} />
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

const Opened = ({ visit, me }: { readonly visit: Visit; readonly me: Me }) => {
  const { open, renewing, closed, recovered, urgent } = useSyncExternalStore(
    visit.subscribe,
    () => visit.shown,
  )
  // each for itself: the standing is new after every key and every acknowledgement, and rendering all of this for
  // each of them took 20 ms of a key's 50
  const ended = useSyncExternalStore(open.subscribe, () => open.standing.ended)
  const synced = useSyncExternalStore(open.subscribe, () => open.standing.synced)
  const bar = useSyncExternalStore(open.subscribe, () => barOf(open.standing))
  const title = useTitle(open)
  const [editor, setEditor] = useState<Editor | null>(null)
  const [door, setDoor] = useState<Door | null>(null)
  const [recovering, setRecovering] = useState(false)
  const [following, setFollowing] = useState<Following | null>(null)
  const tools = useRef<HTMLDivElement>(null)
  const [equipped, setEquipped] = useState(false)
  useEffect(() => {
    // twenty buttons with their tips: the text does not wait for them
    if (editor !== null) startTransition(() => setEquipped(true))
  }, [editor])
  const chip = useRef<HTMLButtonElement>(null)
  const [fresh] = useState(isFresh)
  useKeyboardSpace()
  useSaveKey(open)
  const lost = recovered.find(({ id }) => id === urgent)
  const alert = useAlert()
  const cry = lost === undefined ? null : `${words['recovered.title']}. ${lossWords[lost.reason]}`
  useEffect(() => {
    if (cry !== null) alert(cry)
  }, [urgent, cry, alert])
  const endRecovering = (): void => {
    visit.seen()
    setRecovering(false)
  }

  const identity = useRef(me.id)
  useEffect(() => {
    identity.current = me.id
  }, [me.id])
  const closeDoor = useCallback(() => setDoor(null), [])
  const commands = useMemo(() => commandsWith(setDoor), [])
  const around = useMemo(
    () => ({
      commands,
      identity: () => identity.current,
      toToolbar: () => tools.current?.focus(),
    }),
    [commands],
  )

  const editable = bar === null && closed === null
  if (ended === 'not-found' && !synced) return <Gone room={open.room} />
  if (ended !== null && !synced) return <Ended ending={ended} />

  const restore = (entry: Recovered): void => {
    if (editor === null) return
    const placed = open.awareness.getLocalState()?.['cursor'] != null
    putBack(editor, entry.text, placed ? 'caret' : 'end')
    if (recovered.length === 1) endRecovering()
    visit.returned(entry.id)
    alert(words['recovered.putBackDone'])
  }
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
            <Chip
              open={open}
              renewing={renewing}
              button={chip}
              recovered={recovered[0] ?? null}
              onRecovered={() => setRecovering(true)}
            />
            <RoleChip open={open} />
            <span className="spring" />
            <Avatars
              open={open}
              editor={equipped ? editor : null}
              following={following}
              onFollowing={setFollowing}
            />
            <Share room={open.room} title={title} />
            <MainMenu open={setDoor} paper={open} editable={editable} />
          </div>
          {bar === 'role' ? null : equipped ? (
            <Tools
              editor={editor}
              commands={commands}
              editable={editable}
              box={tools}
              onBlockMenu={() => setDoor('blockMenu')}
            />
          ) : (
            <div className="toolbar" />
          )}
        </header>
        <main className="stage" aria-busy={!synced}>
          <Banner renewing={renewing} bar={bar} closed={closed} ended={ended} editor={editor} />
          {fresh && equipped && editable ? (
            <Suspense>
              <Starters open={open} />
            </Suspense>
          ) : null}
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
        {recovered.length > 0 && (recovering || lost !== undefined) ? (
          <Suspense>
            <Recovering
              entries={recovered}
              first={urgent}
              server={server()}
              author={me}
              onPutBack={editable && editor !== null ? restore : null}
              onRemove={(id) => {
                if (recovered.length === 1) endRecovering()
                shelf.remove(id)
              }}
              onClose={endRecovering}
              onClosed={() => {
                // nobody's caret is moved for text that is still on the shelf: it stays where its chip is
                if (visit.shown.recovered.length > 0) chip.current?.focus()
                else if (editor !== null && !editor.isDestroyed) focusText(editor)
              }}
            />
          </Suspense>
        ) : null}
        {equipped && !renewing && lost === undefined && editor !== null ? (
          <Suspense>
            <Hands
              editor={editor}
              editable={editable}
              document={open}
              identity={me.id}
              following={following}
              toolbar={commands}
              door={door}
              open={setDoor}
              close={closeDoor}
            />
          </Suspense>
        ) : null}
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
          ? words['status.pending'](unsaved, clockOf(unsavedSince))
          : savedAt === null
            ? words['status.live.long']
            : words['status.saved.long'](clockOf(savedAt))
      toast({ text })
    }
    window.addEventListener('keydown', pressed)
    return () => window.removeEventListener('keydown', pressed)
  }, [open, toast, announce])
}
