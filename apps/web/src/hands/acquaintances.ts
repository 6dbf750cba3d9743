import { accounts } from '../account/calls.ts'
import { cleanName } from '../people.ts'
import { sharing } from '../sharing/calls.ts'

/** Somebody of whom this page knows beyond those who are here. */
export interface Acquaintance {
  readonly identity: string
  readonly name: string
  /** False for those who have been here and may come no more. */
  readonly sees: boolean
}

/**
 * Those who may open a document or have opened it, as far as the server tells this page: its owner, and to them everybody
 * who was let in by name or came. Each is there once.
 */
export const acquaintancesOf = async (room: string): Promise<readonly Acquaintance[]> => {
  if ((await accounts.session()).access !== 'documents') return []
  const { general, role, owner, ownerIs } = await sharing.opening(room)
  const known = new Map<string, Acquaintance>()
  const add = (identity: string, name: string, sees: boolean): void => {
    if (!known.has(identity)) known.set(identity, { identity, name: cleanName(name), sees })
  }
  add(ownerIs, owner, true)
  if (role === 'own') {
    const [grants, visits] = await Promise.all([sharing.grants(room), sharing.visits(room)])
    for (const { who, name, pending } of grants) if (!pending) add(who, name, true)
    for (const { who, name } of visits) add(who, name, general !== 'none')
  }
  return [...known.values()]
}
