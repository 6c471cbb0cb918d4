import type { SharedLink } from '@trove/contract/shared'
import { SendFiles } from '../shared/SendFiles.tsx'
import { gatherDrop } from '../uploads/gather.ts'

/** Loaded only where a link asks for files. */
export function SendByLink(props: {
  shared: SharedLink & { upload: NonNullable<SharedLink['upload']> }
  onArrived: () => void
}) {
  return <SendFiles {...props} gather={gatherDrop} />
}
