/** What a person may do in a document. Each role includes the ones before it. */
export const roles = ['view', 'comment', 'edit', 'own'] as const
export type Role = (typeof roles)[number]

/** True when `held` is enough for what needs `needed`. */
export const covers = (held: Role, needed: Role): boolean => roles.indexOf(held) >= roles.indexOf(needed)
