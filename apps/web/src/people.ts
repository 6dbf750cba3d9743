import { covers, roles } from '@quire/sync/role'
import type { Who } from '@quire/sync/message'
import { hueFor, hueOf, shareHues } from './hues.ts'
import { words } from './words.ts'

/** Who each client id really is, as the server tells; null where it tells nothing. */
export type Known = ReadonlyMap<number, Pick<Who, 'identity' | 'name' | 'role' | 'verified'>> | null

/**
 * One page that somebody has open. Who they are is the server's to say; presence is believed only about colour
 * and attention. Whatever arrives is made harmless here.
 */
export interface Presence {
  readonly client: number
  readonly identity: string
  readonly name: string
  /** False when the name is only claimed, on a server that knows who is who. */
  readonly verified: boolean
  /** True for those who may look and not write. */
  readonly reads: boolean
  /** The hue they want; which one they show is a matter of who else is here. */
  readonly wants: number
  readonly at: 'here' | 'idle' | 'away'
}

/** Somebody in the document: one, however many pages they have open. */
export interface Person {
  readonly identity: string
  readonly name: string
  readonly verified: boolean
  readonly reads: boolean
  readonly hue: number
  readonly at: Presence['at']
  readonly you: boolean
  /** Their pages, the most recently typed in first. */
  readonly clients: readonly number[]
  readonly typing: boolean
}

/** Who typed within this time is shown as typing, in ms. */
export const typingFor = 10_000

const longestName = 64
const longestLabel = 24

// every control and format character but the two joiners that scripts and emoji need
const unseen = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Zl}\p{Zp}]/gu

const cut = (text: string, most: number): string => {
  const letters = Array.from(text)
  return letters.length > most ? `${letters.slice(0, most).join('').trimEnd()}…` : text
}

/** A name that can be shown: no control or direction characters, one line, at most 64 characters, never empty. */
export const cleanName = (name: unknown): string => {
  if (typeof name !== 'string') return words['people.unnamed']
  const seen = name
    .slice(0, 4 * longestName)
    .toWellFormed()
    .replace(unseen, ' ')
    .replace(/(\p{M}{4})\p{M}+/gu, '$1')
    .replace(/\s+/gu, ' ')
    .trim()
  return cut(seen, longestName) || words['people.unnamed']
}

/** A clean name as a caret's label carries it: with a question mark when it is only claimed. */
export const labelOf = (name: string, verified = true): string =>
  `${cut(name, longestLabel)}${verified ? '' : ' ?'}`

/** One or two letters that stand for a clean name. */
export const initialsOf = (name: string): string => {
  const parts = name.split(' ').filter((part) => /[\p{L}\p{N}\p{S}]/u.test(part))
  const letters = [parts[0], parts.length > 1 ? parts.at(-1) : undefined].map((part) => {
    const [first] = part === undefined ? [] : new Intl.Segmenter().segment(part)
    return first?.segment ?? ''
  })
  return letters.join('').toUpperCase() || '?'
}

const fieldOf = (value: unknown, field: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, field)
    ? Reflect.get(value, field)
    : undefined

/** What a presence state says, in bounds, under the name the server knows. Total: any state gives an answer. */
export const readPresence = (client: number, state: unknown, known: Known = null): Presence => {
  const user = fieldOf(state, 'user')
  const at = fieldOf(state, 'at')
  const who = known?.get(client)
  const identity = identityOf(client, fieldOf(user, 'id'), known)
  return {
    client,
    identity,
    name: cleanName(who?.verified === true ? who.name : fieldOf(user, 'name')),
    verified: known === null || who?.verified === true,
    reads: who !== undefined && !mayEdit(who.role),
    wants: hueOf(fieldOf(user, 'color')) ?? hueFor(identity),
    at: at === 'idle' || at === 'away' ? at : 'here',
  }
}

/** Where the server knows people, nobody becomes somebody by saying so. */
const identityOf = (client: number, claimed: unknown, known: Known): string => {
  const who = known?.get(client)
  if (who?.verified === true) return who.identity
  const usable = known === null && typeof claimed === 'string' && claimed !== '' && claimed.length <= 128
  return usable ? claimed : `client ${client}`
}

const mayEdit = (held: string): boolean => {
  const role = roles.find((each) => each === held)
  return role !== undefined && covers(role, 'edit')
}

const ranks: Record<Presence['at'], number> = { here: 0, idle: 1, away: 2 }

/**
 * Everyone present: those who type, then the active, the idle and the away, each by name; you last. `typed`
 * says when each client's text last changed, `known` who is who.
 */
export const peopleOf = (
  states: ReadonlyMap<number, unknown>,
  you: { readonly client: number; readonly identity: string },
  typed: ReadonlyMap<number, number> = new Map(),
  now = 0,
  known: Known = null,
): Person[] => {
  const groups = Map.groupBy(
    [...states].map(([client, state]) => {
      const page = readPresence(client, state, known)
      // nobody needs the server's word on who they are themselves
      return client === you.client
        ? { ...page, identity: you.identity || page.identity, verified: true }
        : page
    }),
    ({ identity }) => identity,
  )
  const shown = shareHues(
    [...groups].map(([identity, pages]) => ({
      identity,
      first: Math.min(...pages.map(({ client }) => client)),
      wants: pages[0]?.wants ?? 0,
    })),
  )
  const last = (client: number): number => typed.get(client) ?? -Infinity
  const people = [...groups].map(([identity, pages]): Person => {
    const recent = pages.toSorted((a, b) => last(b.client) - last(a.client) || b.client - a.client)
    const best = pages.toSorted((a, b) => ranks[a.at] - ranks[b.at])[0]
    const yours = identity === you.identity || pages.some(({ client }) => client === you.client)
    return {
      identity,
      name: recent[0]?.name ?? words['people.unnamed'],
      verified: pages.every(({ verified }) => verified),
      reads: pages.every(({ reads }) => reads),
      hue: shown.get(identity) ?? 0,
      at: best?.at ?? 'here',
      you: yours,
      clients: recent.map(({ client }) => client),
      // nobody needs to be told that they type themselves
      typing: !yours && recent[0] !== undefined && now - last(recent[0].client) < typingFor,
    }
  })
  return people.toSorted(
    (a, b) =>
      Number(a.you) - Number(b.you) ||
      Number(b.typing) - Number(a.typing) ||
      ranks[a.at] - ranks[b.at] ||
      a.name.localeCompare(b.name) ||
      (a.identity < b.identity ? -1 : 1),
  )
}
