import { Check, ChevronRight } from 'lucide-react'
import type { LucideIcon } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'

/** Where menus stand: in the landmark that is the page's content. */
const landmark = (): HTMLElement | null => document.querySelector('main')

/** A list of actions behind a button, driven by pointer or keyboard. */
export const Menu = ({
  trigger,
  align = 'end',
  side = 'bottom',
  open,
  onOpen,
  onClosed,
  children,
}: {
  readonly trigger: ReactElement
  readonly align?: 'start' | 'end'
  readonly side?: 'bottom' | 'left' | 'right'
  /** Where something else than the button decides too. */
  readonly open?: boolean
  readonly onOpen?: (open: boolean) => void
  /** Where the focus goes instead of back to the button. */
  readonly onClosed?: () => void
  readonly children: ReactNode
}) => (
  <DropdownMenu.Root
    modal={false}
    {...(open === undefined ? {} : { open })}
    {...(onOpen === undefined ? {} : { onOpenChange: onOpen })}
  >
    <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
    <DropdownMenu.Portal container={landmark()}>
      <DropdownMenu.Content
        className="menu"
        align={align}
        side={side}
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

/** A menu behind an item of another. */
export const SubMenu = ({
  icon: Icon,
  label,
  children,
}: {
  readonly icon: LucideIcon
  readonly label: string
  readonly children: ReactNode
}) => (
  <DropdownMenu.Sub>
    <DropdownMenu.SubTrigger className="item">
      <Icon aria-hidden="true" />
      <span className="grow">{label}</span>
      <ChevronRight className="onward" aria-hidden="true" />
    </DropdownMenu.SubTrigger>
    <DropdownMenu.Portal container={landmark()}>
      <DropdownMenu.SubContent className="menu" sideOffset={4} alignOffset={-6} collisionPadding={8}>
        {children}
      </DropdownMenu.SubContent>
    </DropdownMenu.Portal>
  </DropdownMenu.Sub>
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

/** Something that is on or off. */
export const Toggle = ({
  icon: Icon,
  on,
  onToggle,
  children,
}: {
  readonly icon: LucideIcon
  readonly on: boolean
  readonly onToggle: () => void
  readonly children: ReactNode
}) => (
  <DropdownMenu.CheckboxItem className="item" checked={on} onCheckedChange={onToggle}>
    <Icon aria-hidden="true" />
    <span className="grow">{children}</span>
    <span className="chosen">
      <DropdownMenu.ItemIndicator>
        <Check aria-hidden="true" />
      </DropdownMenu.ItemIndicator>
    </span>
  </DropdownMenu.CheckboxItem>
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
