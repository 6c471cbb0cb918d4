import { roles, type Role } from '@trove/contract/access'
import { plans, type OrganizationStatus, type PlanLimits, type Tier } from '@trove/contract/organizations'

/** Whether a role is at least as strong as another. */
export const isAtLeast = (role: Role, needed: Role): boolean => roles.indexOf(role) <= roles.indexOf(needed)

const MAX_SLUG = 40

/** Paths of the page, names that promise an authority, and names that programs look for. */
const RESERVED = new Set(
  `about account admin administration administrator all anonymous api app assets auth billing blog contact dashboard data
  docs download everyone faq favicon file files folder folders guest help home invitation invitations legal library link
  links live login logout mail me media member members metrics moderator new null official organization organizations owner
  people privacy profile public register reset-password root search security settings setup share shared sign-in sign-out
  static status support system team teams terms trash trove undefined upload uploads user users verify-email www`.split(
    /\s+/,
  ),
)

/** Whether an organization may be called so in an address. Its form is the contract's matter. */
export const isReservedSlug = (slug: string): boolean => RESERVED.has(slug)

/** What a name becomes in an address; undefined when nothing of it can stand there. */
export function slugOf(name: string): string | undefined {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_SLUG)
    .replace(/^-+|-+$/g, '')
  return slug.length < 2 || RESERVED.has(slug) ? undefined : slug
}

/** http or https, with a host and without a name and password of somebody. */
export function isWebAddress(address: string): boolean {
  const url = URL.parse(address)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return false
  return url.hostname !== '' && url.username === '' && url.password === ''
}

export function limitsOf(tier: Tier): PlanLimits {
  const { maxMembers, maxFileBytes } = plans[tier]
  return { ...(maxMembers !== undefined && { maxMembers }), ...(maxFileBytes !== undefined && { maxFileBytes }) }
}

/** Whether something may be added or changed in it; what is there may be read either way. */
export const isOpen = (status: OrganizationStatus): boolean => status === 'active'
