import assert from 'node:assert/strict'
import { test } from 'node:test'
import { embedOf, embedOrigins } from '../src/embeds.ts'

const leads: Record<string, string | null> = {
  'https://www.youtube.com/watch?v=abcdefghijk&t=9': 'https://www.youtube-nocookie.com/embed/abcdefghijk',
  'https://youtu.be/abcdefghijk': 'https://www.youtube-nocookie.com/embed/abcdefghijk',
  'https://vimeo.com/123': 'https://player.vimeo.com/video/123?dnt=1',
  'https://codepen.io/ada/pen/aBcD': 'https://codepen.io/ada/embed/aBcD',
  'https://open.spotify.com/track/abcdefghijklmnopqrstuv':
    'https://open.spotify.com/embed/track/abcdefghijklmnopqrstuv',
  'https://www.openstreetmap.org/export/embed.html?bbox=1,2,3,4&layer=x"':
    'https://www.openstreetmap.org/export/embed.html?bbox=1,2,3,4&layer=mapnik',
  'https://youtube.com.evil.example/watch?v=abcdefghijk': null,
  'https://www.youtube.com/watch?v="><script>': null,
  'https://www.youtube.com@evil.example/watch?v=abcdefghijk': null,
  'https://vimeo.com/../x': null,
  'javascript:alert(1)//youtu.be/abcdefghijk': null,
  'not an address': null,
}
for (const [href, src] of Object.entries(leads))
  test(`${href} ${src === null ? 'may not be embedded' : 'is embedded by an address made anew'}`, () => {
    const found = embedOf(href)
    assert.equal(found?.src ?? null, src)
    if (src !== null) assert.ok(embedOrigins.includes(new URL(src).origin))
  })
