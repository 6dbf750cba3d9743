import { words } from '../words.ts'
import { givable } from './calls.ts'
import type { Givable } from './calls.ts'

/** A role to choose; with a way to take it away where that is possible. */
export const RoleChoice = ({
  label,
  value,
  onChange,
  onRemove,
  onOwner,
}: {
  readonly label: string
  readonly value: Givable
  readonly onChange: (role: Givable) => void
  readonly onRemove?: () => void
  readonly onOwner?: () => void
}) => (
  <select
    aria-label={label}
    value={value}
    onChange={({ target }) => {
      const role = givable.find((each) => each === target.value)
      if (role !== undefined) onChange(role)
      else if (target.value === 'own') onOwner?.()
      else onRemove?.()
    }}
  >
    {givable.map((role) => (
      <option key={role} value={role}>
        {words[`role.${role}`]}
      </option>
    ))}
    {onOwner === undefined ? null : <option value="own">{words['share.makeOwner']}</option>}
    {onRemove === undefined ? null : <option value="">{words['share.remove']}</option>}
  </select>
)
