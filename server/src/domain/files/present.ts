import type { Rights } from '@trove/contract/access'
import type { File, ProcessingState } from '@trove/contract/files'
import type { Scan, ScanReason, ScanState } from '@trove/contract/scan'
import { instantWithOffset } from '../../platform/instants.ts'
import { byVariantOrder } from './rules.ts'
import type { FileRow } from './store.ts'

/** A row as the contract tells it. What is not known is left out. */
export function present(row: FileRow, rights: Rights): File {
  return {
    id: row.id,
    organizationId: row.organizationId,
    name: row.name,
    kind: row.kind as File['kind'],
    mediaType: row.mediaType,
    sizeBytes: row.sizeBytes,
    sha256: row.sha256.toString('hex'),
    versionId: row.versionId,
    status: row.status,
    variants: row.variants.toSorted(byVariantOrder),
    happenedAt: instantWithOffset(row.happenedAt, row.offsetMinutes),
    happenedFrom: row.happenedFrom,
    ...(row.tags !== null && { tags: row.tags }),
    createdAt: row.createdAt.toISOString(),
    createdBy: { id: row.createdById, name: row.createdByName },
    rights: [...rights],
    // Known to whoever may move it; to others it would tell of a folder that they may not see.
    ...(row.folderId !== null && rights.includes('write') && { folderId: row.folderId }),
    ...scanIn(row),
    ...(row.damage !== null && { damage: row.damage }),
    ...(row.tier === 'cold' && { tier: row.tier }),
    ...(row.failure !== null && { failure: row.failure }),
    ...(row.widthPixels !== null && { widthPixels: row.widthPixels }),
    ...(row.heightPixels !== null && { heightPixels: row.heightPixels }),
    ...(row.durationMs !== null && { durationMs: row.durationMs }),
    ...(row.pages !== null && { pages: row.pages }),
    ...(row.blur !== null && { blur: `data:image/webp;base64,${row.blur.toString('base64')}` }),
    ...(row.trashedAt !== null && { trashedAt: row.trashedAt.toISOString() }),
  }
}

/** What the scanner keeps back, or has on its desk. */
function scanIn({ scanStatus, scanReason, scanSignature, isFromLink }: FileRow): { scan?: Scan } {
  const from = isFromLink ? ({ isFromLink } as const) : {}
  if (scanStatus === 'waiting') return { scan: { status: 'waiting', ...from } }
  if (scanStatus === 'skipped') return { scan: { status: 'held', reason: scanReason as ScanReason, ...from } }
  if (scanStatus !== 'infected') return {}
  return { scan: { status: 'infected', ...(scanSignature !== null && { signature: scanSignature }) } }
}

type Scanned = {
  status: ProcessingState
  everScan: string
  everReason: string | null
  everSignature: string | null
  isFromLink: boolean
  scanEngine: string | null
  scannedAt: Date | null
}

/** The whole of what the scanner said, whatever came of it. */
export function presentScan(row: Scanned): Scan {
  // What is held has not been processed; what was let through has.
  const isHeld = row.everScan === 'skipped' && (row.status === 'pending' || row.status === 'processing')
  return {
    status: isHeld ? 'held' : (row.everScan as ScanState),
    ...(row.everReason !== null && { reason: row.everReason as ScanReason }),
    ...(row.isFromLink && { isFromLink: true as const }),
    ...(row.everSignature !== null && { signature: row.everSignature }),
    ...(row.scanEngine !== null && { engine: row.scanEngine }),
    ...(row.scannedAt !== null && { scannedAt: row.scannedAt.toISOString() }),
  }
}
