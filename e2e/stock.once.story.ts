// oxlint-disable no-console -- what the providers print to it is a part of the story
import { WebsocketProvider as Provider3 } from 'y-websocket'
import { WebsocketProvider as Provider1 } from 'y-websocket-1'
import { WebsocketProvider as Provider2 } from 'y-websocket-2'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { House } from './house.ts'
import { expect, test } from './story.ts'

// the same constructor, declared a little differently in each version
const providers = { '1.5': Provider1, '2.1': Provider2, '3.1': Provider3 } as unknown as Record<
  string,
  typeof Provider3
>

test('[P8] unmodified providers of y-websocket 1.5, 2.1 and 3.1 share a room with the page, through a minute of silence', async ({
  enter,
}) => {
  test.setTimeout(200_000)
  const house = await House.open({ QUIRE_ACCESS: 'open' })
  const complaints: unknown[][] = []
  const { error, warn } = console
  console.error = (...words) => void complaints.push(words)
  console.warn = (...words) => void complaints.push(words)
  const losses: string[] = []
  const clients = Object.entries(providers).map(([version, Provider]) => {
    const doc = new Y.Doc()
    const provider = new Provider(house.syncUrl, 'team/notes', doc, {
      WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket, // what Node programs give it
      disableBc: true, // they share a process, and must not meet in it
    })
    provider.awareness.setLocalStateField('user', { name: `Stock ${version}`, color: '#ff0000' })
    provider.on('connection-close', () => void losses.push(version))
    return { version, doc, provider }
  })
  try {
    const ada = await enter('Ada')
    await ada.page.goto(`${house.url}/d/team/notes`)
    await expect(ada.text).toBeEditable()
    await ada.write('The page greets the providers. ')
    for (const { doc } of clients) {
      await expect
        .poll(() => doc.getXmlFragment('default').toString())
        .toContain('The page greets the providers.')
    }
    for (const { doc, version } of clients) {
      const block = doc.getXmlFragment('default').get(0) as Y.XmlElement
      const text = block.get(0) as Y.XmlText
      text.insert(text.length, `And ${version} answers. `)
      await expect.poll(() => ada.reads()).toContain(`And ${version} answers.`)
    }
    for (const { provider } of clients) {
      await expect.poll(() => provider.awareness.getStates().size).toBe(4)
    }
    for (const { version } of clients) {
      await expect(ada.page.getByRole('button', { name: `Go to Stock ${version}` })).toBeVisible()
    }

    const silentSince = Date.now()
    await expect.poll(() => Date.now() - silentSince, { timeout: 80_000 }).toBeGreaterThan(65_000)
    expect(losses).toEqual([])
    await ada.write('Still here.')
    for (const { doc } of clients) {
      await expect.poll(() => doc.getXmlFragment('default').toString()).toContain('Still here.')
    }
    await expect(ada.page.getByRole('button', { name: 'Go to Stock 3.1' })).toBeVisible()
    expect(complaints).toEqual([])
    await ada.page.close() // before its server goes
  } finally {
    console.error = error
    console.warn = warn
    for (const { provider } of clients) provider.destroy()
    await house.close()
  }
})
