const gap = 6
const margin = 8

/** Where a box of this size stands beside a place, within the window: on its side, or on the other if there is no room. */
export const beside = (
  place: Pick<DOMRect, 'left' | 'top' | 'bottom' | 'right'>,
  box: { readonly width: number; readonly height: number },
  room: { readonly width: number; readonly top: number; readonly bottom: number },
  side: 'above' | 'below',
  align: 'start' | 'center' | 'end' = 'start',
): { left: number; top: number } => {
  const above = place.top - gap - box.height
  const below = place.bottom + gap
  const fits = { above: above >= room.top + margin, below: below + box.height <= room.bottom - margin }
  const other = side === 'above' ? 'below' : 'above'
  const chosen = fits[side] || !fits[other] ? side : other
  const wanted = {
    start: place.left,
    center: (place.left + place.right - box.width) / 2,
    end: place.right - box.width,
  }[align]
  return {
    left: Math.max(margin, Math.min(wanted, room.width - box.width - margin)),
    top: Math.max(
      room.top + margin,
      chosen === 'above' ? above : Math.min(below, room.bottom - box.height - margin),
    ),
  }
}
