import { Check, Link2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import { words } from './words.ts'

/** Puts text on the clipboard; where the browser forbids it, the person is shown what to copy. */
export const copyText = async (text: string): Promise<void> => {
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    window.prompt(words['share.manual'], text)
  }
}

/** Copies the address of this document and says so for 2 s. */
export const CopyLink = () => {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 2_000)
    return () => clearTimeout(timer)
  }, [copied])
  return (
    <button
      type="button"
      className="button primary copy-link"
      onClick={() => void copyText(location.href).then(() => setCopied(true))}
    >
      {copied ? <Check aria-hidden="true" /> : <Link2 aria-hidden="true" />}
      <span aria-live="polite">{copied ? words['share.copied'] : words['share.copy']}</span>
    </button>
  )
}
