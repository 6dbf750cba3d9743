import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { expect, test } from './story.ts'

test('[A4] [P4] who only claims a name is marked, and nobody becomes somebody by saying so', async ({
  house,
  pair,
}) => {
  const { ada, ben, address } = pair
  const { id, name } = await ada.page.evaluate(async () => {
    const answer = await fetch('/api/me')
    return (await answer.json()) as { id: string; name: string } // the server's own answer
  })
  const doc = new Y.Doc()
  const provider = new WebsocketProvider(house.syncUrl, address.split('/').at(-1) ?? '', doc, {
    WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket, // what Node programs give it
    disableBc: true,
  })
  try {
    // it knows Ada's name and identity, and says that they are its own
    provider.awareness.setLocalStateField('user', { id, name, color: '#d63236' })
    const go = (who: string) => ben.page.getByRole('button', { name: `Go to ${who}`, exact: true })
    await expect(go('Ada')).toBeVisible()
    await expect(go('Ada (name not verified)')).toBeVisible()
    await ben.page.getByRole('button', { name: '3 people here' }).click()
    await expect(go('Ada Name not verified')).toBeVisible()
    await ben.page.keyboard.press('Escape')

    // a new name comes from the server, to everyone, at once
    await ada.page.getByRole('button', { name: '3 people here' }).click()
    await ada.page.getByRole('textbox', { name: 'Your name' }).fill('Ada Lovelace')
    await ada.page.keyboard.press('Enter')
    await expect(go('Ada Lovelace')).toBeVisible()
    await expect(go('Ada (name not verified)')).toBeVisible()
  } finally {
    provider.destroy()
  }
})
