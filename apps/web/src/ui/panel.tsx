import { Popover } from 'radix-ui'
import type { ReactElement, ReactNode, RefObject } from 'react'

interface Measurable {
  getBoundingClientRect(): DOMRect
}

/** A small panel beside the button that opens it, or beside any place on the page. Esc closes it. */
export const Panel = ({
  open,
  onOpen,
  label,
  trigger,
  anchor,
  onClosed,
  align = 'end',
  quiet = false,
  children,
}: {
  readonly open: boolean
  readonly onOpen: (open: boolean) => void
  readonly label: string
  readonly trigger?: ReactElement
  readonly anchor?: RefObject<Measurable>
  /** Where the focus goes instead of back to the button. */
  readonly onClosed?: () => void
  readonly align?: 'start' | 'center' | 'end'
  /** Focuses itself and not its first field, which would raise a phone's keyboard. */
  readonly quiet?: boolean
  readonly children: ReactNode
}) => (
  <Popover.Root open={open} onOpenChange={onOpen}>
    {trigger === undefined ? null : <Popover.Trigger asChild>{trigger}</Popover.Trigger>}
    {anchor === undefined ? null : <Popover.Anchor virtualRef={anchor} />}
    <Popover.Portal>
      <Popover.Content
        className="panel"
        aria-label={label}
        align={align}
        sideOffset={8}
        collisionPadding={8}
        onOpenAutoFocus={(event) => {
          if (!quiet) return
          event.preventDefault()
          if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus()
        }}
        onCloseAutoFocus={(event) => {
          if (onClosed === undefined) return
          event.preventDefault()
          onClosed()
        }}
      >
        {children}
      </Popover.Content>
    </Popover.Portal>
  </Popover.Root>
)
