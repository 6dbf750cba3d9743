/** Which room an address names, or null when it names none. A name may hold slashes. */
export const roomOf = (path: string): string | null => {
  if (!path.startsWith('/d/')) return null
  try {
    return decodeURIComponent(path.slice('/d/'.length)) || null
  } catch {
    return null // broken percent-encoding
  }
}
