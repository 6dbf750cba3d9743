import type { Attrs, MarkType, NodeType } from '@tiptap/pm/model'
import { calloutKindOf } from './callout.ts'
import { safeHref } from './href.ts'
import { alignments, deepestIndent } from './layout.ts'
import { longestFormula } from './math.ts'
import { fileId, mimeType, naturalSize, shownWidth, uploadToken, webSource } from './media.ts'
import { colorOf } from './palette.ts'
import { cellAligns, isSpan, isWidths } from './tablesize.ts'

const longestAddress = 8_000

const oneOf =
  (names: readonly string[]) =>
  (value: unknown): boolean =>
    typeof value === 'string' && names.includes(value)
const atMost =
  (length: number) =>
  (value: unknown): boolean =>
    typeof value === 'string' && value.length <= length
const is =
  (read: (value: unknown) => unknown) =>
  (value: unknown): boolean =>
    read(value) !== null

/**
 * What each attribute of the grammar may be, `*` standing for every block. Whatever else a shared document holds
 * there is not shown.
 */
const sound: Readonly<Record<string, (value: unknown) => boolean>> = {
  '*.textAlign': oneOf(alignments),
  '*.indent': (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= deepestIndent,
  '*.dir': oneOf(['ltr', 'rtl']),
  '*.color': is(colorOf),
  '*.colspan': isSpan,
  '*.rowspan': isSpan,
  '*.colwidth': isWidths,
  '*.background': is(colorOf),
  '*.file': is(fileId),
  '*.src': (value) => webSource(value) === value,
  '*.width': is(shownWidth),
  '*.align': oneOf(cellAligns),
  '*.upload': is(uploadToken),
  '*.latex': atMost(longestFormula),
  'callout.kind': (value) => calloutKindOf(value) === value,
  'image.alt': atMost(2_000),
  'image.natural': is(naturalSize),
  'file.name': atMost(300),
  'file.size': (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  'file.mime': (value) => typeof value === 'string' && mimeType.test(value),
  'video.title': atMost(300),
  'mention.kind': oneOf(['person', 'document']),
  'mention.id': atMost(200),
  'mention.label': atMost(200),
  'embed.href': (value) => safeHref(value) === value,
  'heading.level': (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 6,
  // it becomes part of a class name, and must not be able to add another
  'codeBlock.language': (value) => typeof value === 'string' && /^[\w+#.-]{1,40}$/.test(value),
  'orderedList.start': (value) => Number.isSafeInteger(value),
  'orderedList.type': (value) => typeof value === 'string' && /^[1aAiI]$/.test(value),
  'taskItem.checked': (value) => typeof value === 'boolean',
  'link.href': (value) => typeof value === 'string' && value.length <= longestAddress,
}

const likeDefault = (value: unknown, fallback: unknown): boolean =>
  fallback === null || fallback === undefined
    ? typeof value === 'string' && value.length <= longestAddress
    : typeof value === typeof fallback && (typeof value !== 'number' || Number.isFinite(value))

/**
 * Stored attributes as the grammar shows them: what it knows and can use, its own defaults for the rest, and in
 * `unknown` what it has no word for.
 */
export const attributesOf = (
  type: NodeType | MarkType,
  stored: Iterable<readonly [string, unknown]>,
): Attrs => {
  const specs = type.spec.attrs ?? {}
  const known = new Map<string, unknown>()
  const unknown = new Map<string, unknown>()
  for (const [key, value] of stored) {
    if (key !== 'unknown' && Object.hasOwn(specs, key)) {
      const fits = sound[`${type.name}.${key}`] ?? sound[`*.${key}`]
      if (fits === undefined ? likeDefault(value, specs[key]?.default) : fits(value)) known.set(key, value)
    } else if (key !== '__proto__' && value !== null && isPlain(value)) unknown.set(key, value)
  }
  if (unknown.size > 0 && Object.hasOwn(specs, 'unknown')) known.set('unknown', Object.fromEntries(unknown))
  return Object.fromEntries(known)
}

/** True for what can be stored a second time as it is: no piece of the shared document itself. */
const isPlain = (value: unknown): boolean =>
  typeof value !== 'object' ||
  Array.isArray(value) ||
  value instanceof Uint8Array ||
  (value !== null && Object.getPrototypeOf(value) === Object.prototype)

/** Shown attributes as they are stored: what is null is left out, what is unknown stands among the rest. */
export const storedOf = (attrs: Attrs): Map<string, unknown> => {
  const { unknown, ...known } = attrs
  const stored = new Map<string, unknown>()
  for (const [key, value] of Object.entries(known))
    if (value !== null && value !== undefined) stored.set(key, value)
  if (typeof unknown === 'object' && unknown !== null)
    for (const [key, value] of Object.entries(unknown)) if (!stored.has(key)) stored.set(key, value)
  return stored
}
