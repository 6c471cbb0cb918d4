import type { DeliverableKey } from '../../platform/objects/index.ts'
import { Problem } from '../../platform/problem.ts'
import type { Platform } from '../../platform/platform.ts'
import type { Scanning } from '../../platform/settings.ts'
import type { Standing } from './store.ts'

const ASK_AGAIN_SECONDS = 5

/** An object of a blob, be it the original or something made of it: how the blob stands decides for all of them. */
export type Deliverable = { objectKey: string; standing: Standing }

/** Whoever gets the bytes, as far as this question goes. That they may have them has been asked before. */
export type Recipient = {
  /** Whether the version is their own upload. A guest with a link is never the uploader. */
  isUploader: boolean
}

/** Whoever is nobody's uploader: a guest with a link. */
export const STRANGER: Recipient = { isUploader: false }

type Machines = { settings: Pick<Platform['settings'], 'scanning'> }

/**
 * The one gate through which stored bytes leave for people: originals, variants, previews and copies, by account, by
 * link, by signed address and in ZIPs. Ask it after `access`, each time, and remember no answer.
 *
 * @throws infected       nobody gets them, whoever they are
 * @throws being-checked  others than the uploader wait for the scanner; with `retryAfterSeconds`
 * @throws held           others than the uploader do not get what could not be scanned
 */
export async function requireDeliverable(
  platform: Machines,
  object: Deliverable,
  recipient: Recipient,
): Promise<DeliverableKey> {
  const refusal = whyNotDeliverable(platform, object.standing, recipient)
  if (refusal !== undefined) throw refusal
  return branded(object.objectKey)
}

/** The same for one of many, where what may not go out is left out; undefined: it may not. */
export function deliverableKey(
  platform: Machines,
  { objectKey, standing }: Deliverable,
  recipient: Recipient,
): DeliverableKey | undefined {
  return whyNotDeliverable(platform, standing, recipient) === undefined ? branded(objectKey) : undefined
}

// The only place where a key becomes one that may go out.
const branded = (key: string): DeliverableKey => key as DeliverableKey

/** Why bytes do not go out; undefined when they do. */
export function whyNotDeliverable(
  { settings }: Machines,
  { scan, reason }: Standing,
  { isUploader }: Recipient,
): Problem | undefined {
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
