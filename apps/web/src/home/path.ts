/** The path of a document's page. */
export const pathOf = (id: string): string => `/d/${id.split('/').map(encodeURIComponent).join('/')}`
