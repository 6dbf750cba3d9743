import { encode } from 'uqr'
import { words } from '../words.ts'

/** The modules that scanners need around a code to find it. */
const quiet = 4

/** An address as a picture that telephones read. It is made here: nobody is asked for it. */
const QrCode = ({ address }: { readonly address: string }) => {
  const { size, data } = encode(address, { ecc: 'M', border: quiet })
  const dark = data.flatMap((row, y) => row.flatMap((on, x) => (on ? `M${x} ${y}h1v1h-1z` : [])))
  return (
    <svg
      className="qr"
      role="img"
      aria-label={words['share.qrOf'](address)}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
    >
      <path d={dark.join('')} />
    </svg>
  )
}
export default QrCode
