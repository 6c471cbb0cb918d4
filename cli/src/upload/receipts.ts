import { open } from 'node:fs/promises'
import { getReceipt } from '@trove/contract/receipts'
import { toFailure } from '../failure.ts'
import type { Server } from '../server/server.ts'
import type { Report } from '../terminal/report.ts'
import { printable } from '../terminal/text.ts'
import type { Source } from './gather.ts'

/** A file of receipts: one line of JSON for each file that is safe. */
export type Receipts = {
  /** Never rejects: the file is safe without a receipt too, and what is missing is told and counted. */
  add(source: Source, fileId: string): Promise<void>
  readonly missing: number
  close(): Promise<void>
}

/** Lines are added to what is there, so that a run which goes on keeps those of the one before. @throws Failure  unreadable */
export async function openReceipts(server: Server, path: string, report: Pick<Report, 'tell'>): Promise<Receipts> {
  const file = await open(path, 'a', 0o600).catch((error: unknown) => {
    throw toFailure(error)
  })
  let missing = 0
  return {
    get missing() {
      return missing
    },
    async add({ shown, path: from }, fileId) {
      try {
        const receipt = await server.call(getReceipt, { params: { fileId } })
        await file.appendFile(`${JSON.stringify({ path: from, ...receipt })}\n`)
      } catch (error) {
        missing += 1
        report.tell({ event: 'note', text: `no receipt  ${printable(shown)}: ${printable(toFailure(error).message)}` })
      }
    },
    close: () => file.close(),
  }
}
