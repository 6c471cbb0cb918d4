import type { DeliverableKey } from '../../platform/objects/index.ts'
import { Problem } from '../../platform/problem.ts'
import type { Platform } from '../../platform/platform.ts'
import type { Scanning } from '../../platform/settings.ts'
import { damageWords } from './integrity/rules.ts'
import type { Standing } from './store.ts'
import { recall } from './tiers/recalling.ts'
import { waitWords } from './tiers/rules.ts'

const ASK_AGAIN_SECONDS = 5

/** An object of a blob, be it the original or something made of it: how the blob stands decides for all of them. */
export type Deliverable = { objectKey: string; standing: Required<Standing> }

/** Whoever gets the bytes, as far as this question goes. That they may have them has been asked before. */
export type Recipient = {
  /** Whether the version is their own upload. A guest with a link is never the uploader. */
  isUploader: boolean
}

/** Whoever is nobody's uploader: a guest with a link. */
export const STRANGER: Recipient = { isUploader: false }

type Machines = { settings: Pick<Platform['settings'], 'scanning'> }
/** What brings an original back from the cold tier. */
type Fetching = Pick<Platform, 'db' | 'jobs' | 'settings'>

/**
 * The one gate through which stored bytes leave for people: originals, variants, previews and copies, by account, by
 * link, by signed address and in ZIPs. Ask it after `access`, each time, and remember no answer.
 *
 * @throws infected       nobody gets them, whoever they are
 * @throws being-checked  others than the uploader wait for the scanner; with `retryAfterSeconds`
 * @throws held           others than the uploader do not get what could not be scanned
 * @throws damaged        the stored bytes are not what they were; nobody is given wrong ones
 * @throws being-fetched  the original is in the cold tier and is on its way back; with `retryAfterSeconds`
 */
export async function requireDeliverable(
  platform: Fetching,
  object: Deliverable,
  recipient: Recipient,
): Promise<DeliverableKey> {
  const refusal = whyNotDeliverable(platform, object.standing, recipient, object.objectKey)
  if (refusal !== undefined) throw refusal
  await requireFetched(platform, [object])
  return branded(object.objectKey)
}

/**
 * Originals that are in the cold tier are asked for, all at once, where nobody reads them there.
 *
 * @throws being-fetched  with `retryAfterSeconds`: when the last of them is back, as far as can be known
 */
export async function requireFetched(platform: Fetching, objects: readonly Deliverable[]): Promise<void> {
  const away = objects.filter((object) => isAway(platform, object))
  if (away.length === 0) return
  const retryAfterSeconds = await recall(platform, [...new Set(away.map(({ standing }) => standing.kept.blobId))])
  if (retryAfterSeconds === 0) return
  const what = away.length === 1 ? 'It is' : `${away.length} of these files are`
  throw new Problem('being-fetched', `${what} in cold storage; back in ${waitWords(retryAfterSeconds)}.`, {
    retryAfterSeconds,
  })
}

/** Whether it must come back before it can be given: it is in the cold tier, and is not read there. */
export function isAway({ settings }: Pick<Platform, 'settings'>, { objectKey, standing }: Deliverable): boolean {
  const { tier, originalKey } = standing.kept
  return settings.tiers?.reads === 'recall' && tier === 'cold' && objectKey === originalKey
}

/** The same for one of many, where what may not go out is left out; undefined: it may not. */
export function deliverableKey(
  platform: Machines,
  { objectKey, standing }: Deliverable,
  recipient: Recipient,
): DeliverableKey | undefined {
  return whyNotDeliverable(platform, standing, recipient, objectKey) === undefined ? branded(objectKey) : undefined
}

// The only place where a key becomes one that may go out.
const branded = (key: string): DeliverableKey => key as DeliverableKey

/**
 * Why bytes do not go out; undefined when they do.
 *
 * @param objectKey  of which object; without it, of what was made of the original: that is whole when the original is damaged
 */
export function whyNotDeliverable(
  { settings }: Machines,
  { scan, reason, kept }: Standing,
  { isUploader }: Recipient,
  objectKey?: string,
): Problem | undefined {
  if (kept !== undefined && kept.damage !== null && objectKey === kept.originalKey) {
    const { damage } = kept
    return new Problem('damaged', `${damageWords[damage]} Uploading the same file again mends it.`, { damage })
  }
  // Known to be infected is known for good, with a scanner or without.
  if (scan === 'infected') return new Problem('infected', 'This file is infected. Nobody can open it.')
  if (settings.scanning === undefined || isUploader || isScanClear(settings.scanning, { scan, reason }))
    return undefined
  if (scan === 'waiting')
    return new Problem('being-checked', 'This file is being checked for viruses. Try again in a few seconds.', {
      retryAfterSeconds: ASK_AGAIN_SECONDS,
    })
  return new Problem('held', `${heldWords[reason ?? 'unreachable']} Only whoever uploaded it can open it.`)
}

/** Whether a file may be shown to others, as far as scanning goes: what was there before there was a scanner stays open. */
export function isScanClear(scanning: Scanning | undefined, { scan, reason }: Standing): boolean {
  if (scan === 'infected') return false
  if (scanning === undefined || scan === 'clean' || scan === 'released' || scan === 'unscanned') return true
  if (scan === 'waiting' || scanning.policy === 'hold') return false
  return scanning.policy === 'allow' || reason === 'too-large'
}

const heldWords: Readonly<Record<NonNullable<Standing['reason']>, string>> = {
  'too-large': 'This file is too large to be checked for viruses.',
  unreachable: 'This file could not be checked for viruses yet.',
  encrypted: 'This file is encrypted, so it could not be checked for viruses.',
}
