/** Name of the Y.Text that holds the title. */
export const titleRoot = 'title'

/** Name of the Y.XmlFragment that holds the text under the title. */
export const bodyRoot = 'default'
