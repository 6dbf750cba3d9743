import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wayBack } from '../src/account/calls.ts'
import { tokenIn } from '../src/sharing/address.ts'
import { embedCode } from '../src/sharing/embedcode.ts'

test('after signing in one comes back to a page of this site and to no other', () => {
  const to = (path: string): string => wayBack(`?to=${encodeURIComponent(path)}`)
  assert.equal(to('/d/abc?x=1'), '/d/abc?x=1')
  assert.equal(wayBack(''), '/')
  for (const path of [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '',
    'd/abc',
  ])
    assert.equal(to(path), '/', path)
})

test('[A15] only a whole token in the fragment is one, and a link to a block is none', () => {
  const token = 'A_-9'.repeat(5) + 'xy'
  assert.equal(tokenIn(`#k=${token}`), token)
  for (const fragment of [
    '',
    '#',
    `#k=${token}x`,
    `#k=${token.slice(1)}`,
    `#b=${token}`,
    `#k=${token}&b=1`,
    '#k=<b>',
  ])
    assert.equal(tokenIn(fragment), null, fragment)
})

test('a title ends neither the attribute nor the frame that it names', () => {
  assert.equal(
    embedCode('https://docs.example.org/d/a?b&c', '"><script>'),
    '<iframe src="https://docs.example.org/d/a?b&#38;c" title="&#34;&#62;&#60;script&#62;" width="100%" height="600"></iframe>',
  )
})
