import {
  Ban,
  CircleDashed,
  CloudAlert,
  CloudCheck,
  FileWarning,
  LoaderCircle,
  Radio,
  RefreshCw,
  Trash2,
  WifiOff,
} from 'lucide-react'
import type { LucideIcon } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { RefObject } from 'react'
import { signInPath } from './account/calls.ts'
import { useAnnounce } from './announce.tsx'
import type { OpenDocument } from './document.ts'
import { useSaying } from './now.ts'
import type { Ending, Saying, Standing } from './saying.ts'
import { Ask } from './sharing/ask.tsx'
import type { Recovered } from './shelf.ts'
import { Panel } from './ui/panel.tsx'
import { clockOf } from './words/figures.ts'
import { lossWords, refusalWords, words } from './words.ts'

const refused = (sentence: string) => ({
  chip: words['status.refused'],
  sentence: `${sentence} ${words['banner.afresh']}`,
})

/** What each ending is called, and what it means. */
export const endingWords: Record<Ending, { readonly chip: string; readonly sentence: string }> = {
  ...refusalWords,
  role: refused(lossWords.role),
  full: refused(lossWords.full),
  schema: refused(lossWords.schema),
  identity: refused(lossWords.identity),
  damaged: refused(lossWords.damaged),
  unstored: refused(lossWords.unstored),
  'page-too-old': { chip: words['status.updateNeeded'], sentence: words['page.tooOld'] },
  'server-too-old': { chip: words['status.updateNeeded'], sentence: words['server.tooOld'] },
  unknown: { chip: words['status.noAccess'], sentence: words['error.unknown'] },
}

/** How a saying looks on the chip. `loud` ones show their words on phones too. */
const lookOf = (said: Saying): { icon: LucideIcon; text: string; loud: boolean; tone: string } => {
  switch (said.state) {
    case 'quiet':
      return { icon: CircleDashed, text: '', loud: false, tone: 'calm' }
    case 'connecting':
      return { icon: LoaderCircle, text: words['status.connecting'], loud: false, tone: 'busy' }
    case 'live':
      return { icon: Radio, text: words['status.live'], loud: false, tone: 'calm' }
    case 'saving':
      return { icon: LoaderCircle, text: words['status.saving'], loud: false, tone: 'busy' }
    case 'saved':
      return { icon: CloudCheck, text: words['status.saved'], loud: false, tone: 'calm' }
    case 'not saved':
      return { icon: CloudAlert, text: words['status.notSaved'], loud: true, tone: 'warn' }
    case 'reconnecting':
      return {
        icon: RefreshCw,
        text: words['status.reconnecting'](said.seconds),
        loud: true,
        tone: 'warn',
      }
    case 'offline':
      return { icon: WifiOff, text: words['status.offline'], loud: true, tone: 'warn' }
    case 'update needed':
      return { icon: RefreshCw, text: words['status.updateNeeded'], loud: true, tone: 'warn' }
    case 'damaged':
      return { icon: CloudAlert, text: words['status.damaged'], loud: true, tone: 'bad' }
    case 'ended':
      return {
        icon: said.ending === 'not-found' ? Trash2 : said.ending === 'bad-bytes' ? Ban : RefreshCw,
        text: endingWords[said.ending].chip,
        loud: true,
        tone: 'bad',
      }
    default:
      return said satisfies never
  }
}

/** What outlives every state until somebody decides: text that the server did not take. */
const lookOfRecovered = ({ reason }: Recovered): ReturnType<typeof lookOf> => ({
  icon: FileWarning,
  text: words[reason === 'other-epoch' ? 'status.otherCopy' : 'status.refused'],
  loud: true,
  tone: 'bad',
})

const sentenceOf = (said: Saying, { unsaved, closed, savedAt }: Standing): string => {
  switch (said.state) {
    case 'quiet':
    case 'connecting':
      return words['status.connecting.long']
    case 'live':
      return words['status.live.long']
    case 'saving':
      return words['status.saving.long']
    case 'saved':
      return words['status.saved.long'](clockOf(said.at))
    case 'not saved':
      return said.paused ? words['status.readOnlyStore'] : words['status.notSaved.long']
    case 'reconnecting':
      if (closed === 'too-much') return words['status.tooMuch'](said.seconds)
      return closed === null ? words['status.reconnecting.long'](said.seconds) : refusalWords[closed].sentence
    case 'offline':
      return unsaved === 0 && savedAt !== null
        ? words['status.offline.nothing']
        : words['status.offline.long']
    case 'update needed':
      return words['status.updateNeeded.long']
    case 'damaged':
      return words['status.damaged.long']
    case 'ended':
      return endingWords[said.ending].sentence
    default:
      return said satisfies never
  }
}

/** The chip in the header: a button that says the state and opens a panel with the sentence and what helps. */
export const Chip = ({
  open,
  renewing,
  button,
  recovered,
  onRecovered,
}: {
  readonly open: OpenDocument
  /** A fresh copy of the document is on its way to take the place of this one. */
  readonly renewing: boolean
  readonly button: RefObject<HTMLButtonElement | null>
  /** The newest text that was written here and not accepted. */
  readonly recovered: Recovered | null
  readonly onRecovered: () => void
}) => {
  const now = useSaying(open)
  const said: Saying = renewing ? { state: 'connecting' } : now
  const { standing } = open
  const [shown, setShown] = useState(false)
  const shows = said.state === 'update needed' || said.state === 'ended' ? null : recovered
  const { icon: Icon, text, loud, tone } = shows === null ? lookOf(said) : lookOfRecovered(shows)
  useSpoken(said, standing)
  const show = (): void => {
    setShown(false)
    onRecovered()
  }
  return (
    <Panel
      open={shown}
      onOpen={setShown}
      label={text || words['status.connecting']}
      align="start"
      trigger={
        <button
          ref={button}
          type="button"
          className={`chip ${tone}${loud ? ' loud' : ''}`}
          data-saying={shows === null ? said.state : 'refused'}
          aria-label={words['status.label'](text || words['status.connecting'])}
        >
          <Icon aria-hidden="true" />
          <span className="words">{text}</span>
        </button>
      }
    >
      <Report open={open} said={said} recovered={recovered} onShow={show} />
    </Panel>
  )
}

/** What the panel says, and what helps. */
const Report = ({
  open,
  said,
  recovered,
  onShow,
}: {
  readonly open: OpenDocument
  readonly said: Saying
  readonly recovered: Recovered | null
  readonly onShow: () => void
}) => {
  const { standing } = open
  const trying = standing.closed !== 'too-much' && (said.state === 'offline' || said.state === 'reconnecting')
  return (
    <>
      {recovered === null ? null : (
        <>
          <p>
            {lossWords[recovered.reason]} {words['recovered.kept']}
          </p>
          <button type="button" className="button primary" onClick={onShow}>
            <FileWarning aria-hidden="true" />
            {words['recovered.show']}
          </button>
        </>
      )}
      <p>
        {recovered !== null && said.state === 'saved'
          ? words['recovered.rest'](clockOf(said.at))
          : sentenceOf(said, standing)}
      </p>
      {standing.unsaved > 0 && standing.unsavedSince !== null ? (
        <p className="soft">{words['status.pending'](standing.unsaved, clockOf(standing.unsavedSince))}</p>
      ) : null}
      {trying ? (
        <button type="button" className="button" onClick={() => open.retry()}>
          <RefreshCw aria-hidden="true" />
          {words['status.tryNow']}
        </button>
      ) : null}
      {said.state === 'ended' && said.ending === 'signed-out' ? (
        <a className="button primary" href={signInPath()}>
          {words['account.signIn']}
        </a>
      ) : null}
      {said.state === 'ended' && said.ending === 'not-shared' ? <Ask room={open.room} role="edit" /> : null}
      {said.state === 'update needed' || (said.state === 'ended' && said.ending !== 'not-found') ? (
        <button type="button" className="button" onClick={() => location.reload()}>
          {words['action.reload']}
        </button>
      ) : null}
    </>
  )
}

/** Says trouble and its end aloud, once each. */
const useSpoken = (said: Saying, standing: Standing): void => {
  const announce = useAnnounce()
  const troubled = useRef(false)
  const { state } = said
  const sentence =
    state === 'reconnecting'
      ? words['status.lost']
      : state === 'not saved' ||
          state === 'offline' ||
          state === 'update needed' ||
          state === 'damaged' ||
          state === 'ended'
        ? sentenceOf(said, standing)
        : null
  useEffect(() => {
    if (sentence !== null) {
      troubled.current = true
      announce(sentence)
    } else if (troubled.current && (state === 'saved' || state === 'live')) {
      troubled.current = false
      announce(`${words['status.back']} ${words[`status.${state}`]}.`)
    }
  }, [state, sentence, announce])
}
