// The one door to Markdown, both ways. The page loads it on demand; the grammar does not know of it.
export { readMarkdown } from './markdown/read.ts'
export { writeMarkdown } from './markdown/write.ts'
