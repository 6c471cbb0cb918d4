import type { Role } from '@trove/contract/access'
import type { OrganizationStatus, OrganizationType, Persona, Tier } from '@trove/contract/organizations'

export const typeNames: Record<OrganizationType, string> = {
  company: 'Company',
  clinic: 'Clinic',
  school: 'School',
  university: 'University',
  studio: 'Studio',
  family: 'Family',
  independent: 'Independent',
}

export const roleNames: Record<Role, string> = { owner: 'Owner', admin: 'Admin', member: 'Member', guest: 'Guest' }

export const roleHints: Record<Role, string> = {
  owner: 'Everything, other owners included',
  admin: 'All files, members and settings',
  member: 'Uploads, and sees their own files and what is shared with all',
  guest: 'Sees only what is shared with them',
}

/** Completes "invites you as …". */
export const asRole: Record<Role, string> = {
  owner: 'an owner',
  admin: 'an admin',
  member: 'a member',
  guest: 'a guest',
}

/** Roles that somebody may give: none stronger than their own. */
export function rolesBelow(role: Role): Role[] {
  const all: Role[] = ['owner', 'admin', 'member', 'guest']
  return all.slice(all.indexOf(role))
}

export const tierNames: Record<Tier, string> = {
  free: 'Free',
  team: 'Team',
  business: 'Business',
  unlimited: 'Unlimited',
}

export const personaNames: Record<Persona, string> = {
  client: 'Clients',
  designer: 'Designers',
  admin: 'Administrators',
}

/** As each language calls itself. */
export const languageNames: Record<string, string> = {
  en: 'English',
  de: 'Deutsch',
  es: 'Español',
  fr: 'Français',
  it: 'Italiano',
  nb: 'Norsk',
  nl: 'Nederlands',
  pl: 'Polski',
  pt: 'Português',
  sv: 'Svenska',
}

export const statusNames: Record<OrganizationStatus, string> = {
  active: 'active',
  suspended: 'suspended',
  closing: 'to be erased',
  erasing: 'being erased',
}
