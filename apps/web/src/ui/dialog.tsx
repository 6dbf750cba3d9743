import { X } from 'lucide-react'
import { Dialog as Kit } from 'radix-ui'
import type { ReactNode, RefObject } from 'react'
import { words } from '../words.ts'

/**
 * A sheet over the page, which waits behind it: beside nothing, at the bottom of a phone. The focus stays inside;
 * Esc closes it, and the focus goes back to where it was.
 */
export const Dialog = ({
  title,
  look = '',
  first,
  onClose,
  onClosed,
  children,
}: {
  readonly title: string
  /** A class for another look. The title of a "bare" one is only read out; a "narrow" one has a button to close it. */
  readonly look?: 'bare' | 'narrow' | ''
  /** What has the focus first, instead of the dialog itself. */
  readonly first?: RefObject<HTMLElement | null>
  readonly onClose: () => void
  /** Where the focus goes instead of back to where it was. */
  readonly onClosed?: () => void
  readonly children: ReactNode
}) => (
  <Kit.Root
    open
    onOpenChange={(open) => {
      if (!open) onClose()
    }}
  >
    <Kit.Portal>
      <Kit.Overlay className="veil" />
      <Kit.Content
        className={`dialog ${look}`}
        aria-describedby={undefined}
        onOpenAutoFocus={(event) => {
          // the title is read first, and no button is under a key that was meant for the text
          event.preventDefault()
          // it is still on its way up, and would be scrolled to where it is now
          if (first?.current != null) first.current.focus({ preventScroll: true })
          else if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus()
        }}
        onPointerDownOutside={(event) => {
          if (look !== 'bare') event.preventDefault()
        }}
        onCloseAutoFocus={(event) => {
          if (onClosed === undefined) return
          event.preventDefault()
          onClosed()
        }}
      >
        <Kit.Title className={look === 'bare' ? 'unseen' : 'dialog-title'}>{title}</Kit.Title>
        {look === 'narrow' ? (
          <button
            type="button"
            className="icon-button close"
            aria-label={words['action.close']}
            onClick={onClose}
          >
            <X aria-hidden="true" />
          </button>
        ) : null}
        {children}
      </Kit.Content>
    </Kit.Portal>
  </Kit.Root>
)
