type Picture = { width: number; height: number; rgba: Uint8Array; profile: Buffer | undefined }

const SHORT = 3
const LONG = 4
const UNDEFINED = 7

/** An uncompressed TIFF of 8-bit RGBA with its colour profile: a container that carries decoded pixels to libvips. */
export function tiffOf({ width, height, rgba, profile }: Picture): Buffer {
  const tags: [tag: number, type: number, count: number, value: number][] = [
    [256, LONG, 1, width],
    [257, LONG, 1, height],
    [258, SHORT, 4, BITS_AT],
    [259, SHORT, 1, 1],
    [262, SHORT, 1, 2],
    [273, LONG, 1, PIXELS_AT],
    [277, SHORT, 1, 4],
    [278, LONG, 1, height],
    [279, LONG, 1, rgba.byteLength],
    [284, SHORT, 1, 1],
    [338, SHORT, 1, 2],
  ]
  if (profile !== undefined) tags.push([34_675, UNDEFINED, profile.length, PIXELS_AT + rgba.byteLength])
  const head = Buffer.alloc(PIXELS_AT)
  head.write('II\x2a\0\x08\0\0\0', 0, 'latin1')
  head.writeUInt16LE(tags.length, 8)
  tags.forEach(([tag, type, count, value], index) => {
    const at = 10 + index * 12
    head.writeUInt16LE(tag, at)
    head.writeUInt16LE(type, at + 2)
    head.writeUInt32LE(count, at + 4)
    if (type === SHORT && count === 1) head.writeUInt16LE(value, at + 8)
    else head.writeUInt32LE(value, at + 8)
  })
  for (let channel = 0; channel < 4; channel++) head.writeUInt16LE(8, BITS_AT + channel * 2)
  return Buffer.concat(profile === undefined ? [head, rgba] : [head, rgba, profile])
}

const BITS_AT = 200
const PIXELS_AT = 208
