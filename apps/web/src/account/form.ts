import type { FormEvent } from 'react'

/** What was written into a form that is sent off, by the names of its fields. What is written there stays. */
export const written = (event: FormEvent<HTMLFormElement>): ((name: string) => string) => {
  event.preventDefault()
  const form = new FormData(event.currentTarget)
  return (name) => {
    const value = form.get(name)
    return typeof value === 'string' ? value : ''
  }
}
