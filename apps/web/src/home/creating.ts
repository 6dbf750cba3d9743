import { useLocation } from 'wouter'
import { api, ApiError, saidOf } from '../api.ts'
import { useToast } from '../toast.tsx'
import { words } from '../words.ts'
import { pathOf } from './path.ts'

/** Makes a document, empty or begun from a template, and goes there. Resolves with true when it was made. */
export const useCreate = (): ((from?: string) => Promise<boolean>) => {
  const [, navigate] = useLocation()
  const toast = useToast()
  return async (from) => {
    try {
      const id = await api.create(from)
      navigate(pathOf(id), { state: { fresh: true } })
      return true
    } catch (error) {
      if (error instanceof ApiError && error.code === 'signed-out') navigate('/sign-in?to=/')
      else toast({ text: saidOf(error, words['error.create']) })
      return false
    }
  }
}
