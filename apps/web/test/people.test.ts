import assert from 'node:assert/strict'
import { test } from 'node:test'
import { colorOf, hueFor, hueOf, hues, shareHues } from '../src/hues.ts'
import { cleanName, initialsOf, labelOf, peopleOf, readPresence } from '../src/people.ts'

const user = (id: string, name: string, hue = 0) => ({ user: { id, name, color: colorOf(hue) } })
const nobody = { client: 0, identity: '' }

test('a name shows neither control nor direction characters, and never more than 64 letters', () => {
  assert.equal(cleanName('Ada\u202e\u2066 Love\u0000lace\u200f'), 'Ada Love lace')
  assert.equal(cleanName('two\nlines\u2028here'), 'two lines here')
  assert.equal(cleanName('x'.repeat(1_000_000)), `${'x'.repeat(64)}…`)
  assert.equal(cleanName('🙂'.repeat(70)), `${'🙂'.repeat(64)}…`)
  assert.equal(cleanName(`Z${'\u0301'.repeat(500)}`), 'Z\u0301\u0301\u0301\u0301')
  assert.equal(cleanName('\ud800'), '\ufffd')
  assert.equal(
    cleanName('<img src=x onerror=alert(1)>'),
    '<img src=x onerror=alert(1)>',
    'it is only ever text',
  )
  assert.equal(cleanName('👩‍👩‍👧 Family'), '👩‍👩‍👧 Family')
})

test('who has no name that can be shown is a guest', () => {
  for (const name of ['', '   ', '\u200b\u202e', 7, null, undefined, {}, ['Ada']])
    assert.equal(cleanName(name), 'Guest')
})

test('a label holds at most 24 letters', () => {
  assert.equal(labelOf('Ada'), 'Ada')
  assert.equal(labelOf('a'.repeat(25)), `${'a'.repeat(24)}…`)
})

test('initials are the first letters of the first and the last word', () => {
  assert.equal(initialsOf('Ada Lovelace'), 'AL')
  assert.equal(initialsOf('ada'), 'A')
  assert.equal(initialsOf('Ada Byron King Lovelace'), 'AL')
  assert.equal(initialsOf('👩‍👩‍👧 Family'), '👩‍👩‍👧F')
  assert.equal(initialsOf('猫'), '猫')
  assert.equal(initialsOf('…'), '?')
})

test('[P4] a presence state of any shape is read without harm', () => {
  const junk: unknown[] = [
    null,
    undefined,
    7,
    '',
    'x',
    [],
    {},
    { user: null },
    { user: 7 },
    { user: 'x' },
    { user: [] },
  ]
  junk.push({ user: { id: {}, name: { toString: 1 }, color: 'red;position:fixed;inset:0' } })
  junk.push({ user: { id: 'x'.repeat(1000), color: null }, at: 'everywhere' })
  junk.push(JSON.parse('{"__proto__":{"at":"away"},"user":{"__proto__":{"name":"CEO"}}}'))
  for (const state of junk) {
    const read = readPresence(5, state)
    assert.equal(read.identity, 'client 5')
    assert.equal(read.name, 'Guest')
    assert.equal(read.at, 'here')
    assert.ok(read.wants in hues)
  }
})

test('[C3] only the twelve colours are believed; anything else gives the hue of the identity', () => {
  assert.equal(hueOf('#d63236'), 0)
  assert.equal(hueOf('#ff8e86'), 0)
  for (const color of ['#123456', 'red', 'red;position:fixed', '', null, 3, {}])
    assert.equal(hueOf(color), null)
  assert.equal(readPresence(1, { user: { id: 'ada', color: 'hotpink' } }).wants, hueFor('ada'))
})

test('the same identity always has the same hue', () => {
  assert.equal(hueFor('ada'), hueFor('ada'))
  const spread = new Set(Array.from({ length: 200 }, (_, i) => hueFor(`guest ${i}`)))
  assert.equal(spread.size, hues.length)
})

test('up to twelve people have different hues, the same on every page, and the earlier client keeps its own', () => {
  const people = Array.from({ length: 12 }, (_, i) => ({ identity: `p${i}`, first: i * 7, wants: 3 }))
  const shared = shareHues(people)
  assert.equal(new Set(shared.values()).size, 12)
  assert.equal(shared.get('p0'), 3)
  assert.equal(shared.get('p1'), 4)
  assert.deepEqual(shareHues(people.toReversed()), shared)
  const more = shareHues([...people, { identity: 'p12', first: 999, wants: 3 }])
  assert.equal(more.get('p12'), 3)
})

test('several pages of one person are one person, whose latest page comes first', () => {
  const states = new Map<number, unknown>([
    [1, user('ada', 'Ada')],
    [2, { ...user('ada', 'Ada'), at: 'away' }],
    [3, user('ben', 'Ben')],
  ])
  const typed = new Map([
    [1, 1_000],
    [2, 2_000],
  ])
  const people = peopleOf(states, { client: 3, identity: 'ben' }, typed, 2_500)
  assert.deepEqual(
    people.map(({ name, clients, you, at, typing }) => ({ name, clients, you, at, typing })),
    [
      { name: 'Ada', clients: [2, 1], you: false, at: 'here', typing: true },
      { name: 'Ben', clients: [3], you: true, at: 'here', typing: false },
    ],
  )
})

test('those who type come first, then the active, the idle and the away, each by name, and you last', () => {
  const states = new Map<number, unknown>([
    [1, { ...user('a', 'Away'), at: 'away' }],
    [2, { ...user('i', 'Idle'), at: 'idle' }],
    [3, user('z', 'Zoe')],
    [4, user('b', 'Bob')],
    [5, user('t', 'Typing')],
    [6, user('y', 'Aaron')],
  ])
  const people = peopleOf(states, { client: 6, identity: 'y' }, new Map([[5, 99_000]]), 100_000)
  assert.deepEqual(
    people.map(({ name }) => name),
    ['Typing', 'Bob', 'Zoe', 'Idle', 'Away', 'Aaron'],
  )
})

test('who claims the identity of another is shown as one with them, under one hue', () => {
  const states = new Map<number, unknown>([
    [1, user('ada', 'Ada', 4)],
    [2, user('ada', 'CEO', 7)],
  ])
  assert.equal(peopleOf(states, nobody).length, 1)
})

/** What the server says of a client. */
const who = (identity: string, name: string, verified = true, role = 'edit') => ({
  identity,
  name,
  verified,
  role,
})

test('[A4] [P4] where the server knows people, its word decides on name and identity, whatever presence claims', () => {
  const states = new Map<number, unknown>([
    [1, { ...user('ben', 'CEO', 7), at: 'idle' }],
    [2, user('ben', 'Ben', 3)],
  ])
  const known = new Map([
    [1, who('ada', 'Ada\u202e Lovelace')],
    [2, who('ben', 'Ben')],
  ])
  const people = peopleOf(states, nobody, new Map(), 0, known)
  assert.deepEqual(
    people.map(({ identity, name, verified, at, hue }) => ({ identity, name, verified, at, hue })),
    [
      { identity: 'ben', name: 'Ben', verified: true, at: 'here', hue: 3 },
      { identity: 'ada', name: 'Ada Lovelace', verified: true, at: 'idle', hue: 7 },
    ],
  )
})

test('[A4] a client that the server does not vouch for is marked, and is never shown as one with somebody it names', () => {
  const states = new Map<number, unknown>([
    [1, user('ada', 'Ada')],
    [2, user('ada', 'Ada')],
    [3, user('ada', 'Ada')],
  ])
  const known = new Map([
    [1, who('ada', 'Ada')],
    [2, who('', '', false)],
  ])
  const people = peopleOf(states, nobody, new Map(), 0, known)
  assert.deepEqual(
    people.map(({ name, verified, clients }) => ({ name, verified, clients })),
    [
      { name: 'Ada', verified: true, clients: [1] },
      { name: 'Ada', verified: false, clients: [2] },
      { name: 'Ada', verified: false, clients: [3] },
    ],
  )
})

test('a server that knows nobody leaves names as they are claimed, without a mark', () => {
  const people = peopleOf(new Map([[1, user('ada', 'Ada')]]), nobody)
  assert.equal(people[0]?.verified, true)
  assert.equal(people[0]?.identity, 'ada')
})

test('you are yourself before the server has said so, and a claim to be you is not believed', () => {
  const states = new Map<number, unknown>([
    [1, user('ada', 'Ada')],
    [2, user('ada', 'Ada')],
  ])
  const people = peopleOf(states, { client: 1, identity: 'ada' }, new Map(), 0, new Map([[9, who('x', 'X')]]))
  assert.deepEqual(
    people.map(({ you, verified, clients }) => ({ you, verified, clients })),
    [
      { you: false, verified: false, clients: [2] },
      { you: true, verified: true, clients: [1] },
    ],
  )
})

test('who may only look is marked as such', () => {
  const states = new Map<number, unknown>([
    [1, user('a', 'A')],
    [2, user('b', 'B')],
  ])
  const known = new Map([
    [1, who('a', 'A', true, 'view')],
    [2, who('b', 'B', true, 'own')],
  ])
  assert.deepEqual(
    peopleOf(states, nobody, new Map(), 0, known).map(({ reads }) => reads),
    [true, false],
  )
})

test('a label says so when a name is only claimed', () => {
  assert.equal(labelOf('Ada', false), 'Ada ?')
  assert.equal(labelOf('a'.repeat(25), false), `${'a'.repeat(24)}… ?`)
})

/** Contrast after WCAG 2. */
const contrast = (one: string, other: string): number => {
  const light = (color: string): number => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(color.slice(at, at + 2), 16) / 255
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const [high = 0, low = 0] = [light(one), light(other)].toSorted((a, b) => b - a)
  return (high + 0.05) / (low + 0.05)
}

test('a name is readable on each of the twelve colours, in both themes', () => {
  for (const { light, dark } of hues) {
    assert.ok(contrast('#ffffff', light) >= 4.5, `white on ${light}: ${contrast('#ffffff', light)}`)
    assert.ok(contrast('#16181d', dark) >= 7, `ink on ${dark}: ${contrast('#16181d', dark)}`)
  }
})
