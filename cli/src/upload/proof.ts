import { getFile } from '@trove/contract/files'
import { Failure, isFailure } from '../failure.ts'
import type { Server } from '../server/server.ts'
import type { Reading } from './reading.ts'

/**
 * After the server has said that a file is safe: whether what it keeps is what is here.
 *
 * @returns whether that could be asked; a key without the scope `read` cannot ask
 * @throws Failure  checksum-mismatch
 */
export async function afterSending(server: Server, reading: Reading, fileId: string): Promise<boolean> {
  const own = await reading.sha256()
  try {
    const { sha256 } = await server.call(getFile, { params: { fileId } })
    if (sha256 === own) return true
  } catch (error) {
    if (isFailure(error, 'not-allowed', 'not-found')) return false
    throw error
  }
  throw new Failure(
    'checksum-mismatch',
    `What arrived is not what was sent; move file ${fileId} to the trash there and run the same command again.`,
  )
}
