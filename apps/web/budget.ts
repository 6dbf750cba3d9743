import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'

// What the first load of a document transfers: the entry and the page behind /d/, with everything they import
// statically, and the words of one language, the longest. Run after `vite build`; fails above the budget.
const budget = 350_000

interface Chunk {
  readonly file: string
  readonly imports?: readonly string[]
  readonly css?: readonly string[]
}
const dist = new URL('./dist/', import.meta.url)
// the manifest is written by the build that has just run
const manifest = JSON.parse(await readFile(new URL('.vite/manifest.json', dist), 'utf8')) as Record<
  string,
  Chunk
>

const files = new Set<string>()
const visit = (name: string): void => {
  const chunk = manifest[name]
  if (chunk === undefined) throw new Error(`the build has no ${name}`)
  if (files.has(chunk.file)) return
  for (const file of [chunk.file, ...(chunk.css ?? [])]) files.add(file)
  chunk.imports?.forEach(visit)
}
visit('index.html')
visit('src/start.tsx')
visit('src/page.tsx')

const weigh = async (file: string) => ({ file, size: gzipSync(await readFile(new URL(file, dist))).length })
const weighed = await Promise.all([...files].map(weigh))
const spoken = ['english', 'german', 'french', 'spanish', 'japanese', 'arabic']
const languages = await Promise.all(
  spoken.map((name) => weigh(manifest[`src/words/${name}.ts`]?.file ?? name)),
)
weighed.push(...languages.toSorted((a, b) => b.size - a.size).slice(0, 1))
const total = weighed.reduce((sum, { size }) => sum + size, 0)
const kB = (size: number): string => `${(size / 1000).toFixed(1)} kB`
process.stdout.write(`First load of a document: ${kB(total)} gzipped, of at most ${kB(budget)}.\n`)
if (total > budget) {
  for (const { file, size } of weighed.toSorted((a, b) => b.size - a.size).slice(0, 3))
    process.stdout.write(`  ${kB(size)}  ${file}\n`)
  process.exitCode = 1
}
