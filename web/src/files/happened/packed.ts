const ID_BYTES = 16

/** Ids that came as 16 bytes each, in base64url. */
export function unpackIds(packed: string): string[] {
  const bytes = atob(packed.replaceAll('-', '+').replaceAll('_', '/'))
  const ids: string[] = []
  for (let at = 0; at + ID_BYTES <= bytes.length; at += ID_BYTES) {
    let id = ''
    for (let i = 0; i < ID_BYTES; i += 1) {
      if (i === 4 || i === 6 || i === 8 || i === 10) id += '-'
      id += HEX[bytes.charCodeAt(at + i)] ?? ''
    }
    ids.push(id)
  }
  return ids
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
