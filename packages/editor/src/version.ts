/**
 * The version of the grammar in `schema.ts`. It goes up with each node, mark or attribute that an older page would
 * not understand, and an older page may then not edit the document. Apart from it, so that a server can know it
 * without loading an editor.
 */
export const schemaVersion = 2
