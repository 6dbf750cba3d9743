import { writeFileSync } from 'node:fs'
import { arch, cpus, platform } from 'node:os'
import { inspector } from './inspector.ts'
import type { Result } from './result.ts'

const results: Result[] = [inspector()]

const section = ({ name, prediction, rows, holds }: Result): string =>
  [
    `## ${name}`,
    '',
    `Predicted: ${prediction}. ${holds ? 'Confirmed.' : 'Refuted.'}`,
    '',
    '| what | how much |',
    '| --- | --- |',
    ...rows.map(([what, much]) => `| ${what} | ${much} |`),
  ].join('\n')

const [cpu] = cpus()
const head = [
  '# Results',
  '',
  `Written by \`pnpm bench\` on ${new Date().toISOString().slice(0, 10)}: Node ${process.versions.node}, ${platform()} ${arch()}, ${cpus().length} × ${cpu?.model ?? 'unknown'}.`,
  'Medians of runs in turn. On a shared machine only the ratios mean anything.',
].join('\n')
writeFileSync(new URL('RESULTS.md', import.meta.url), `${[head, ...results.map(section)].join('\n\n')}\n`)
for (const { name, holds } of results) process.stdout.write(`${holds ? 'holds' : 'REFUTED'}: ${name}\n`)
