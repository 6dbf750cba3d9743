/** The first frame of the side channel, from a server that acknowledges. */
export interface Hello {
  readonly type: 'hello'
  /** Of the side channel. */
  readonly version: number
  readonly role: string
  readonly epoch: string
  /** The newest schema that the document may hold. */
  readonly schema: number
}
export const storeStates = ['fine', 'late', 'read-only'] as const
export type StoreState = (typeof storeStates)[number]
export type Side = Hello | { type: 'saved'; count: number } | { type: 'store'; state: StoreState } | { type: 'leaving'; within: number }
export const sideVersion = 1
export const isWrite = (_frame: Uint8Array): 'step 2' | 'update' | null => { throw new Error('soon') }
export const decodeSide = (_frame: Uint8Array): Side | null => { throw new Error('soon') }
