const paths = {
  left: 'M4 5h16M4 10h9M4 15h16M4 20h9',
  center: 'M4 5h16M7.5 10h9M4 15h16M7.5 20h9',
  right: 'M4 5h16M11 10h9M4 15h16M11 20h9',
  open: 'M14 4h6v6M20 4l-8 8M10 20H4v-6M4 20l8-8',
  download: 'M12 4v11M7 11l5 5 5-5M5 20h14',
  file: 'M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8zM14 3v5h5',
  close: 'M6 6l12 12M18 6L6 18',
} as const

/** A small drawing that says nothing to who cannot see it. */
export const icon = (name: keyof typeof paths): SVGSVGElement => {
  const space = 'http://www.w3.org/2000/svg'
  const svg = document.createElementNS(space, 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('aria-hidden', 'true')
  svg.classList.add('media-icon')
  const path = document.createElementNS(space, 'path')
  path.setAttribute('d', paths[name])
  svg.append(path)
  return svg
}
