import { Dialog as Kit } from 'radix-ui'
import type { ReactNode } from 'react'

/**
 * A sheet over the page, which waits behind it: beside nothing, at the bottom of a phone. The focus stays inside;
 * Esc closes it, and the focus goes back to where it was.
 */
export const Dialog = ({
  title,
  onClose,
  onClosed,
  children,
}: {
  readonly title: string
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
        className="dialog"
        aria-describedby={undefined}
        onOpenAutoFocus={(event) => {
          // the title is read first, and no button is under a key that was meant for the text
          event.preventDefault()
          if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus()
        }}
        onPointerDownOutside={(event) => event.preventDefault()}
        onCloseAutoFocus={(event) => {
          if (onClosed === undefined) return
          event.preventDefault()
          onClosed()
        }}
      >
        <Kit.Title className="dialog-title">{title}</Kit.Title>
        {children}
      </Kit.Content>
    </Kit.Portal>
  </Kit.Root>
)
