import { openMemory } from '../src/memory.ts'
import { storeContract } from './contract.ts'

storeContract('memory', () => ({ open: async (time) => openMemory(time), keeps: false }))
