import { Tooltip } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'

/** Lets the tips below it follow each other without delay. */
export const Tips = ({ children }: { readonly children: ReactNode }) => (
  <Tooltip.Provider delayDuration={500} skipDelayDuration={300}>
    {children}
  </Tooltip.Provider>
)

/** A short text beside what the pointer rests on or the keyboard has reached. */
export const Tip = ({
  text,
  keys,
  children,
}: {
  readonly text: string
  readonly keys?: string | undefined
  readonly children: ReactElement
}) => (
  <Tooltip.Root>
    <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
    <Tooltip.Portal>
      <Tooltip.Content className="tip" sideOffset={6} collisionPadding={8}>
        {text}
        {keys === undefined ? null : <kbd>{keys}</kbd>}
      </Tooltip.Content>
    </Tooltip.Portal>
  </Tooltip.Root>
)
