import type { TestContext } from 'node:test'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { until } from './house.ts'
import type { House } from './house.ts'

/** Somebody with an unmodified y-websocket client; gone after the test. */
export class Someone {
  readonly doc = new Y.Doc()
  readonly provider: WebsocketProvider

  /** `Provider` may be that of another version. */
  constructor(t: TestContext, house: Pick<House, 'sync'>, room: string, Provider = WebsocketProvider) {
    this.provider = new Provider(house.sync, room, this.doc, { disableBc: true })
    t.after(() => {
      this.provider.destroy()
      this.doc.destroy()
    })
  }

  async synced(): Promise<this> {
    await until('synced', () => this.provider.synced)
    return this
  }

  /** What everyone sees. */
  get text(): string {
    return this.doc.getText('title').toString()
  }

  type(text: string): void {
    const title = this.doc.getText('title')
    title.insert(title.length, text)
  }

  async sees(text: string): Promise<void> {
    await until(`"${text}" in place of "${this.text}"`, () => this.text === text)
  }
}
