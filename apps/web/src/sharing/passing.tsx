import { Code, QrCode as QrIcon } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import type { RefObject } from 'react'
import { patiently } from '../patiently.ts'
import { listOf } from '../words/figures.ts'
import { words } from '../words.ts'
import { addressOf } from './address.ts'
import { CopyButton } from './copybutton.tsx'
import { embedCode } from './embedcode.ts'

const QrCode = lazy(patiently(() => import('./qrcode.tsx')))

/** The ways to pass a document's address on: copied, as a QR code, as code for another page. */
export const Passing = ({
  room,
  title,
  frames,
  first,
}: {
  readonly room: string
  readonly title: string
  /** The sites whose pages may show it; null until that is known. */
  readonly frames: readonly string[] | null
  readonly first: RefObject<HTMLButtonElement | null>
}) => {
  const [shown, setShown] = useState<'qr' | 'embed' | null>(null)
  const address = addressOf(room)
  const toggle = (what: 'qr' | 'embed') => (): void => setShown(shown === what ? null : what)
  return (
    <>
      <div className="passing">
        <CopyButton text={address} label={words['share.copy']} button={first} primary />
        <button type="button" className="button" aria-expanded={shown === 'qr'} onClick={toggle('qr')}>
          <QrIcon aria-hidden="true" />
          {words['share.qr']}
        </button>
        <button type="button" className="button" aria-expanded={shown === 'embed'} onClick={toggle('embed')}>
          <Code aria-hidden="true" />
          {words['share.embed']}
        </button>
      </div>
      {shown === 'qr' ? (
        <Suspense fallback={<div className="qr" aria-busy="true" />}>
          <QrCode address={address} />
        </Suspense>
      ) : null}
      {shown === 'embed' ? (
        <div className="sharing-made">
          <textarea
            className="name code"
            readOnly
            rows={3}
            spellCheck={false}
            dir="ltr"
            value={embedCode(address, title)}
            aria-label={words['share.embedCode']}
            onFocus={({ target }) => target.select()}
          />
          <CopyButton text={embedCode(address, title)} label={words['share.copyEmbed']} />
          {frames === null ? null : (
            <p className="soft">
              {frames.length === 0 ? words['share.embedNowhere'] : words['share.embedSites'](listOf(frames))}
            </p>
          )}
        </div>
      ) : null}
    </>
  )
}
