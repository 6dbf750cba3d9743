/** One of the two editors that are compared, with its own server in its own process. */
export interface Side {
  readonly name: string
  /** The page of the document of that name. */
  address(room: string): string
  /** Stores a document under a name, and gives the address of its page. */
  put(room: string, state: Uint8Array): Promise<string>
  /** Somebody else, who has no page, writes at the start of a block. Says when, in Unix time. */
  write(room: string, block: number, text: string): Promise<number>
  /** The stored body, as somebody else reads it. */
  read(room: string): Promise<string>
  close(): Promise<void>
}
