/** Which bytes of a file are asked for: `end` is behind the last. */
export interface Span {
  readonly first: number
  readonly end: number
}

/**
 * What a Range header asks of a file of so many bytes: a part of it; `all` when there is no header or one that may be
 * passed over (another unit, several parts); `none` when no byte of the file is in it.
 */
export const readRange = (header: string | undefined, size: number): Span | 'all' | 'none' => {
  const [, from, to] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? []
  if (from === undefined || to === undefined || (from === '' && to === '')) return 'all'
  if (from === '') {
    const last = Math.min(Number(to), size)
    return last === 0 ? 'none' : { first: size - last, end: size }
  }
  const first = Number(from)
  if (to !== '' && Number(to) < first) return 'all' // malformed
  return first >= size ? 'none' : { first, end: to === '' ? size : Math.min(Number(to) + 1, size) }
}
