import { totalmem } from 'node:os'
import type { Limits } from '../limits.ts'

/** Of the memory of a process, for its open documents together. The rest is for connections, threads and garbage. */
const roomShare = 0.4

/** Bytes that one of so many processes of a server may take, and its open documents among them. */
export interface MemoryLimit {
  readonly process: number
  readonly rooms: number
}

/** The memory limit of one process: the setting, else the container's limit or the machine's memory, divided among the processes. */
export const memoryLimit = ({ memory }: Pick<Limits, 'memory'>, processes: number): MemoryLimit => {
  const all = memory ?? availableMemory()
  return { process: all / processes, rooms: (roomShare * all) / processes }
}

const availableMemory = (): number => {
  const constrained = process.constrainedMemory() // 0 or beyond any machine where there is no constraint
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem()
}
