import { Check } from 'lucide-react'
import type { LucideIcon } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'

/** A list of actions behind a button, driven by pointer or keyboard. */
export const Menu = ({
  trigger,
  align = 'end',
  onClosed,
  children,
}: {
  readonly trigger: ReactElement
  readonly align?: 'start' | 'end'
  /** Where the focus goes instead of back to the button. */
  readonly onClosed?: () => void
  readonly children: ReactNode
}) => (
  <DropdownMenu.Root modal={false}>
    <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
    <DropdownMenu.Portal>
      <DropdownMenu.Content
        className="menu"
        align={align}
        sideOffset={6}
        collisionPadding={8}
        onCloseAutoFocus={(event) => {
          if (onClosed === undefined) return
          event.preventDefault()
          onClosed()
        }}
      >
        {children}
      </DropdownMenu.Content>
    </DropdownMenu.Portal>
  </DropdownMenu.Root>
)

/** One action. */
export const Item = ({
  icon: Icon,
  keys,
  danger = false,
  disabled = false,
  onSelect,
  children,
}: {
  readonly icon?: LucideIcon
  readonly keys?: string | undefined
  readonly danger?: boolean
  readonly disabled?: boolean
  readonly onSelect: () => void
  readonly children: ReactNode
}) => (
  <DropdownMenu.Item
    className={danger ? 'item danger' : 'item'}
    disabled={disabled}
    onSelect={() => onSelect()}
  >
    {Icon === undefined ? null : <Icon aria-hidden="true" />}
    <span className="grow">{children}</span>
    {keys === undefined ? null : <kbd>{keys}</kbd>}
  </DropdownMenu.Item>
)

/** Several actions of which one holds. */
export const Choice = <T extends string>({
  label,
  value,
  onValue,
  options,
}: {
  readonly label: string
  readonly value: T
  readonly onValue: (value: T) => void
  readonly options: readonly {
    readonly value: T
    readonly text: string
    readonly icon?: LucideIcon
    readonly keys?: string | undefined
  }[]
}) => (
  <DropdownMenu.RadioGroup
    value={value}
    aria-label={label}
    onValueChange={(chosen) => {
      const option = options.find((one) => one.value === chosen)
      if (option !== undefined) onValue(option.value)
    }}
  >
    {options.map(({ value: each, text, icon: Icon, keys }) => (
      <DropdownMenu.RadioItem key={each} value={each} className="item">
        {Icon === undefined ? null : <Icon aria-hidden="true" />}
        <span className="grow">{text}</span>
        {keys === undefined ? null : <kbd>{keys}</kbd>}
        <span className="chosen">
          <DropdownMenu.ItemIndicator>
            <Check aria-hidden="true" />
          </DropdownMenu.ItemIndicator>
        </span>
      </DropdownMenu.RadioItem>
    ))}
  </DropdownMenu.RadioGroup>
)

/** A heading over some items. */
export const MenuLabel = ({ children }: { readonly children: ReactNode }) => (
  <DropdownMenu.Label className="menu-label">{children}</DropdownMenu.Label>
)

/** A line between items. */
export const MenuLine = () => <DropdownMenu.Separator className="menu-line" />
