import { verifyTrail, type Verification } from '../domain/audit/index.ts'
import { connect } from '../platform/db/index.ts'
import { deriveKeys } from '../platform/keys.ts'
import type { ConnectedConfig } from './part.ts'
import { rememberedHead } from './sealing.ts'

/** What `npm run trove verify -- --audit` does: reads the whole trail, says what was tampered with, changes nothing. */
export async function verifyAudit(config: ConnectedConfig): Promise<Verification> {
  const db = connect(config.databaseUrl, { poolSize: 2, prepare: config.prepare, onIdleError: () => undefined })
  try {
    return await verifyTrail(db, deriveKeys(config.secret).trail, await rememberedHead(config.dataFolder))
  } finally {
    await db.destroy()
  }
}

/** The same in words, a line for each fault. */
export function tellVerification(found: Verification): string {
  const { seals, lines, unsealed, prunedBefore, head, faults, isCut } = found
  const told = faults.map(
    ({ kind, number, at, says }) => `  ${kind}: ${at === undefined ? '' : `${at}, `}number ${number} ${says}`,
  )
  const isEverySealBroken = seals > 0 && faults.filter(({ kind }) => kind === 'seal broken').length >= seals
  return [
    `${lines} lines under ${seals} seals were read.`,
    ...(prunedBefore === undefined ? [] : [`What was before ${prunedBefore} was dropped by policy, with proof.`]),
    ...(unsealed.count === 0 ? [] : [`${unsealed.count} lines wait to be sealed, since ${unsealed.since}.`]),
    ...(head === undefined ? [] : [`The chain ends at seal ${head.number}: ${head.mac}`]),
    ...(faults.length === 0
      ? ['Nothing was changed, removed or put in.']
      : [`${isCut ? 'More than ' : ''}${faults.length} faults:`, ...told]),
    ...(isEverySealBroken ? ['No seal is right: is TROVE_SECRET the one that this trail was sealed with?'] : []),
  ].join('\n')
}
