import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'

// What the first load of a document transfers: the entry and the page behind /d/, with everything they import
// statically, and the words of one language, the longest. Run after `vite build`; fails above the budget. Then what
// each part that is loaded on demand adds to that.
const budget = 350_000

interface Chunk {
  readonly file: string
  readonly isDynamicEntry?: boolean
  readonly imports?: readonly string[]
  readonly css?: readonly string[]
}
const dist = new URL('./dist/', import.meta.url)
// the manifest is written by the build that has just run
const manifest = JSON.parse(await readFile(new URL('.vite/manifest.json', dist), 'utf8')) as Record<
  string,
  Chunk
>

/** Files that come with a chunk, itself among them. */
const filesOf = (name: string, found = new Set<string>()): ReadonlySet<string> => {
  const chunk = manifest[name]
  if (chunk === undefined) throw new Error(`the build has no ${name}`)
  if (found.has(chunk.file)) return found
  for (const file of [chunk.file, ...(chunk.css ?? [])]) found.add(file)
  chunk.imports?.forEach((next) => filesOf(next, found))
  return found
}
const files = new Set(['index.html', 'src/start.tsx', 'src/page.tsx'].flatMap((name) => [...filesOf(name)]))

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

/** Smaller ones are only counted: most are languages of code. */
const worthNaming = 4000
const parts = await Promise.all(
  Object.entries(manifest)
    .filter(([, { file, isDynamicEntry }]) => isDynamicEntry === true && !files.has(file))
    .map(async ([name]) => {
      const own = [...filesOf(name)].filter((file) => !files.has(file))
      return { name, size: (await Promise.all(own.map(weigh))).reduce((sum, { size }) => sum + size, 0) }
    }),
)
const named = parts.filter(({ size }) => size >= worthNaming).toSorted((a, b) => b.size - a.size)
process.stdout.write('On demand, each with all that the first load lacks:\n')
for (const { name, size } of named)
  process.stdout.write(`  ${kB(size).padStart(8)}  ${name.replace(/^.*node_modules\//, '')}\n`)
process.stdout.write(`  and ${parts.length - named.length} of less than ${kB(worthNaming)}\n`)
