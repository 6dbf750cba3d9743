/** What every request of the API knows: who asks. */
export interface Asker {
  Variables: { identity: string }
}
