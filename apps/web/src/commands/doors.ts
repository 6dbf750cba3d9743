/** What the page can open over or beside the text, one at a time. */
export type Door =
  | 'link'
  | 'palette'
  | 'find'
  | 'replace'
  | 'shortcuts'
  | 'count'
  | 'emoji'
  | 'embed'
  | 'blockMenu'
  | 'tableMenu'
  | 'tableSize'

/** Opens it, in place of what is open. */
export type Open = (door: Door) => void
