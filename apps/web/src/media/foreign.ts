/** The files of other documents in pasted HTML: which file, and of which document. */
export const foreignFiles = (html: string, room: string): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  for (const [tag] of html.matchAll(
    /<[a-z](?:"[^"]{0,4000}"|[^">]){0,4000}\bdata-document="[^"]{1,256}"/gi,
  )) {
    const file = /\bdata-file="([\w-]{22})"/i.exec(tag)?.[1]
    const document = /\bdata-document="([^"]+)"$/i.exec(tag)?.[1]
    if (file !== undefined && document !== undefined && document !== room && found.size < 100)
      found.set(file, document)
  }
  return found
}
