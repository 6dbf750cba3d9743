/** A sentence about what did not work, read out when it comes; nothing for null. */
export const Wrong = ({ children }: { readonly children: string | null }) =>
  children === null ? null : (
    <p className="wrong" role="alert">
      {children}
    </p>
  )
