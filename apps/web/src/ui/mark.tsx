/** Quire's sign: a sheet with another behind it. */
export const Mark = () => (
  <svg className="mark" viewBox="0 0 32 32" aria-hidden="true">
    <rect className="tile" width="32" height="32" rx="8" />
    <path className="behind" d="M9 8.5h9.5A4.5 4.5 0 0 1 23 13v10.5" />
    <path className="sheet" d="M9 13h6a4 4 0 0 1 4 4v6.5H9z" />
  </svg>
)
