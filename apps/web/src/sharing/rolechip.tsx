import { covers } from '@quire/sync/role'
import type { Role } from '@quire/sync/role'
import { Eye } from 'lucide-react'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import type { OpenDocument } from '../document.ts'
import { useToast } from '../toast.tsx'
import { Panel } from '../ui/panel.tsx'
import { words } from '../words.ts'
import { Ask } from './ask.tsx'

/** What one may do here, for those who may not write; a change of it is told to everybody whom it concerns. */
export const RoleChip = ({ open }: { readonly open: OpenDocument }) => {
  const role = useSyncExternalStore(open.subscribe, () => open.standing.role)
  const [shown, setShown] = useState(false)
  useChange(role)
  if (role === null || covers(role, 'edit')) return null
  const text = words[role === 'view' ? 'access.viewOnly' : 'access.canComment']
  return (
    <Panel
      open={shown}
      onOpen={setShown}
      label={text}
      align="start"
      quiet
      trigger={
        <button type="button" className="chip calm loud role" aria-label={text}>
          <Eye aria-hidden="true" />
          <span className="words">{text}</span>
        </button>
      }
    >
      <p>{words['access.look']}</p>
      <Ask room={open.room} role="edit" />
    </Panel>
  )
}

const useChange = (role: Role | null): void => {
  const toast = useToast()
  const before = useRef<Role | null>(null)
  useEffect(() => {
    if (role === null) return // a fresh copy has not heard yet
    const then = before.current
    before.current = role
    if (then !== null && then !== role) toast({ text: words['access.changed'](words[`role.${role}`]) })
  }, [role, toast])
}
