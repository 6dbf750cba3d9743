import { matchesIn, patternOf } from './match.ts'
import type { Asked } from './expression.ts'

// An expression can take for ever. Here that holds up nobody, and whoever asked ends this thread.
addEventListener('message', ({ data }: MessageEvent<Asked>) => {
  const pattern = patternOf(data.wanted)
  postMessage(data.texts.map((text) => (pattern === null ? [] : matchesIn(text, pattern))))
})
postMessage('ready')
