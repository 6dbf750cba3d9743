import type { LanguageFn } from 'highlight.js'

type Load = () => Promise<{ readonly default: LanguageFn }>

/** A language that code can be in. */
export interface Language {
  readonly name: string
  readonly label: string
  /** Other names that people and pasted text use for it. */
  readonly aliases: readonly string[]
  readonly load: Load
}

const language = (name: string, label: string, load: Load, ...aliases: string[]): Language => ({
  name,
  label,
  aliases,
  load,
})

/** The languages that code is coloured in, in the order of their labels. Each is loaded when it is first seen. */
export const languages: readonly Language[] = [
  language('bash', 'Bash', () => import('highlight.js/lib/languages/bash'), 'sh', 'shell', 'zsh', 'console'),
  language('c', 'C', () => import('highlight.js/lib/languages/c'), 'h'),
  language('csharp', 'C#', () => import('highlight.js/lib/languages/csharp'), 'cs', 'c#'),
  language('cpp', 'C++', () => import('highlight.js/lib/languages/cpp'), 'c++', 'cc', 'hpp'),
  language('css', 'CSS', () => import('highlight.js/lib/languages/css')),
  language('diff', 'Diff', () => import('highlight.js/lib/languages/diff'), 'patch'),
  language('dockerfile', 'Dockerfile', () => import('highlight.js/lib/languages/dockerfile'), 'docker'),
  language('elixir', 'Elixir', () => import('highlight.js/lib/languages/elixir'), 'ex', 'exs'),
  language('go', 'Go', () => import('highlight.js/lib/languages/go'), 'golang'),
  language('graphql', 'GraphQL', () => import('highlight.js/lib/languages/graphql'), 'gql'),
  language('haskell', 'Haskell', () => import('highlight.js/lib/languages/haskell'), 'hs'),
  language('xml', 'HTML, XML', () => import('highlight.js/lib/languages/xml'), 'html', 'svg', 'xhtml'),
  language('ini', 'INI, TOML', () => import('highlight.js/lib/languages/ini'), 'toml'),
  language('java', 'Java', () => import('highlight.js/lib/languages/java')),
  language(
    'javascript',
    'JavaScript',
    () => import('highlight.js/lib/languages/javascript'),
    'js',
    'jsx',
    'mjs',
  ),
  language('json', 'JSON', () => import('highlight.js/lib/languages/json'), 'jsonc', 'json5'),
  language('kotlin', 'Kotlin', () => import('highlight.js/lib/languages/kotlin'), 'kt'),
  language('latex', 'LaTeX', () => import('highlight.js/lib/languages/latex'), 'tex'),
  language('lua', 'Lua', () => import('highlight.js/lib/languages/lua')),
  language('makefile', 'Makefile', () => import('highlight.js/lib/languages/makefile'), 'make'),
  language('markdown', 'Markdown', () => import('highlight.js/lib/languages/markdown'), 'md'),
  language('nginx', 'nginx', () => import('highlight.js/lib/languages/nginx')),
  language('perl', 'Perl', () => import('highlight.js/lib/languages/perl'), 'pl'),
  language('php', 'PHP', () => import('highlight.js/lib/languages/php')),
  language('powershell', 'PowerShell', () => import('highlight.js/lib/languages/powershell'), 'ps1'),
  language('python', 'Python', () => import('highlight.js/lib/languages/python'), 'py'),
  language('r', 'R', () => import('highlight.js/lib/languages/r')),
  language('ruby', 'Ruby', () => import('highlight.js/lib/languages/ruby'), 'rb'),
  language('rust', 'Rust', () => import('highlight.js/lib/languages/rust'), 'rs'),
  language('scala', 'Scala', () => import('highlight.js/lib/languages/scala')),
  language('sql', 'SQL', () => import('highlight.js/lib/languages/sql'), 'mysql', 'postgresql', 'sqlite'),
  language('swift', 'Swift', () => import('highlight.js/lib/languages/swift')),
  language('typescript', 'TypeScript', () => import('highlight.js/lib/languages/typescript'), 'ts', 'tsx'),
  language('yaml', 'YAML', () => import('highlight.js/lib/languages/yaml'), 'yml'),
]

const named = new Map(
  languages.flatMap((each) => [each.name, ...each.aliases].map((name) => [name, each] as const)),
)

/** The language that goes by that name, or null. */
export const languageOf = (name: unknown): Language | null =>
  typeof name === 'string' ? (named.get(name.toLowerCase()) ?? null) : null
