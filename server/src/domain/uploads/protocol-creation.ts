import type { IncomingMessage } from 'node:http'
import { isId } from '../../platform/ids.ts'
import { Problem } from '../../platform/problem.ts'
import { header, printable, readInteger, UPLOADS_PATH } from './protocol.ts'

const MOST_PARTS = 1_000

/** What is to be created, as the headers of a POST say. */
export type Announced =
  /** `lengthBytes` undefined: it is told later. */
  | { kind: 'whole' | 'partial'; lengthBytes: number | undefined }
  /** `named`: the header as it came. */
  | { kind: 'final'; named: string; partIds: readonly string[] }

/** @throws invalid-request */
export function readAnnounced(request: IncomingMessage): Announced {
  const concat = header(request, 'upload-concat')?.trim()
  if (concat === undefined || concat === 'partial') return { kind: concat ?? 'whole', lengthBytes: readLength(request) }
  if (!concat.startsWith('final;'))
    throw wrong('Upload-Concat must be partial, or final; and the addresses of its parts.')
  for (const other of ['upload-length', 'upload-defer-length'])
    if (header(request, other) !== undefined)
      throw wrong('The length of a final upload is the sum of its parts: leave it out.')
  const addresses = concat
    .slice('final;'.length)
    .split(' ')
    .filter((word) => word !== '')
  const partIds = addresses.map(partIdOf)
  if (partIds.length === 0 || partIds.length > MOST_PARTS)
    throw wrong(`A final upload is made of 1 to ${MOST_PARTS} parts, not of ${partIds.length}.`)
  if (new Set(partIds).size < partIds.length) throw wrong('A part can be in an upload once.')
  return { kind: 'final', named: concat, partIds }
}

/** A length, or undefined for one that is told later. */
function readLength(request: IncomingMessage): number | undefined {
  const deferred = header(request, 'upload-defer-length')?.trim()
  const lengthBytes = readInteger(request, 'Upload-Length')
  if (deferred === undefined) {
    if (lengthBytes === undefined) throw wrong('The header Upload-Length is missing.')
    return lengthBytes
  }
  if (deferred !== '1') throw wrong(`Upload-Defer-Length may be 1, not ${printable(deferred)}.`)
  if (lengthBytes !== undefined) throw wrong('Send Upload-Length, or Upload-Defer-Length: 1, not both.')
  return undefined
}

/** Addresses may be absolute or relative, and pass through proxies that put something before the path. */
function partIdOf(address: string): string {
  const base = `http://here${UPLOADS_PATH}/`
  const path = URL.canParse(address, base) ? new URL(address, base).pathname : ''
  const at = path.lastIndexOf(`${UPLOADS_PATH}/`)
  const id = at === -1 ? '' : path.slice(at + UPLOADS_PATH.length + 1)
  if (!isId(id)) throw wrong(`${printable(address)} in Upload-Concat is no address of an upload here.`)
  return id
}

const wrong = (detail: string) => new Problem('invalid-request', detail)
