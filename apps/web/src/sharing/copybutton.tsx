import { Check, Link2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { RefObject } from 'react'
import { copyText } from '../copying.ts'
import { words } from '../words.ts'

/** Copies some text and says so for 2 s. */
export const CopyButton = ({
  text,
  label,
  button,
  primary = false,
}: {
  readonly text: string
  readonly label: string
  readonly button?: RefObject<HTMLButtonElement | null>
  readonly primary?: boolean
}) => {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 2_000)
    return () => clearTimeout(timer)
  }, [copied])
  return (
    <button
      ref={button}
      type="button"
      className={primary ? 'button primary' : 'button'}
      onClick={() => void copyText(text).then(() => setCopied(true))}
    >
      {copied ? <Check aria-hidden="true" /> : <Link2 aria-hidden="true" />}
      <span aria-live="polite">{copied ? words['share.copied'] : label}</span>
    </button>
  )
}
