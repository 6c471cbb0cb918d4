import {
  CLIP_LIMIT_SECONDS,
  type Organization,
  type OrganizationSettings,
  type Quota,
} from '@trove/contract/organizations'
import { isAtLeast, limitsOf } from '../rules.ts'
import type { ListedRow, OwnRow } from './store.ts'

/** An organization as this person may see it: what a guest is told, what members are, and what its admins are. */
export function presentOwn(row: OwnRow): Organization {
  const { id, slug, name, type, role, status, isBarred } = row
  const told = { id, slug, name, type, role, status, isBarred, createdAt: row.createdAt.toISOString() }
  if (isBarred) return { ...told, allowedKinds: [] }
  return {
    ...told,
    ...forEverybody(row),
    ...(isAtLeast(role, 'member') && forMembers(row)),
    ...(isAtLeast(role, 'admin') && forAdmins(row)),
  }
}

function forEverybody({ allowedKinds, logoAt, eraseAt, description, settings, persona, tier }: OwnRow) {
  const { maxFileBytes } = limitsOf(tier)
  return {
    allowedKinds,
    description,
    limits: maxFileBytes === undefined ? {} : { maxFileBytes },
    ...(logoAt !== null && { logoVersion: String(logoAt.getTime()) }),
    ...(eraseAt !== null && { eraseAt: eraseAt.toISOString() }),
    ...(settings.language != null && { language: settings.language }),
    clipLimitSeconds: settings.clipLimitSeconds ?? CLIP_LIMIT_SECONDS,
    ...(persona !== null && { persona }),
  }
}

function forMembers(row: OwnRow) {
  const { location, website, contacts, tier } = row
  return { location, contacts, tier, limits: limitsOf(tier), quota: quotaOf(row), ...(website !== null && { website }) }
}

function forAdmins({ settings, requiresSecondFactor, billingEmail }: OwnRow) {
  const { persona = null, language = null, clipLimitSeconds = CLIP_LIMIT_SECONDS } = settings
  const all: OrganizationSettings = { persona, language, clipLimitSeconds, requiresSecondFactor }
  return { settings: all, ...(billingEmail !== null && { billingEmail }) }
}

/** For the installation's administrator: what there is and how much room it takes, nothing of what is in it. */
export function presentListed(row: ListedRow) {
  const { id, slug, name, type, status, tier, billingEmail, billingReference, eraseAt } = row
  return {
    ...{ id, slug, name, type, status, tier },
    memberCount: Number(row.memberCount),
    quota: quotaOf(row),
    createdAt: row.createdAt.toISOString(),
    ...(billingEmail !== null && { billingEmail }),
    ...(billingReference !== null && { billingReference }),
    ...(eraseAt !== null && { eraseAt: eraseAt.toISOString() }),
  }
}

function quotaOf({ limitBytes, usedBytes, reservedBytes, fileCount }: OwnRow | ListedRow): Quota {
  return { limitBytes, usedBytes, reservedBytes, fileCount }
}
