import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renameStyles } from '../src/paste.ts'

test('no style attribute is left to be met, however it is written', () => {
  for (const [html, expected] of [
    ['<p style="color:red">a</p>', '<p data-pasted-style="color:red">a</p>'],
    ["<p STYLE='a'>a</p>", "<p data-pasted-style='a'>a</p>"],
    ['<p class="x" style=color:red>a</p>', '<p class="x" data-pasted-style=color:red>a</p>'],
    ['<p title="a > b" style="x">a</p>', '<p title="a > b" data-pasted-style="x">a</p>'],
    ['<p\nstyle = "x"\n>a</p>', '<p\ndata-pasted-style = "x"\n>a</p>'],
    ['<img src="x"onerror="a" onLoad = b>', '<img src="x"data-dropped="a" data-dropped = b>'],
    ['<style>p { color: red }</style><p>a</p>', '<p>a</p>'],
  ] as const)
    assert.equal(renameStyles(html), expected)
})

test('text and values that only look like a style stay', () => {
  for (const html of [
    '<p>in style="x" we trust</p>',
    '<p title=" style=1">a</p>',
    '<a href="/?style=x" data-style="y">a</a>',
    '<p>1 < 2 style="x"</p>',
  ])
    assert.equal(renameStyles(html), html)
})
