import type { Role } from '@trove/contract/access'
import type { OrganizationType } from '@trove/contract/organizations'

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

/** Roles that somebody may give: none stronger than their own. */
export function rolesBelow(role: Role): Role[] {
  const all: Role[] = ['owner', 'admin', 'member', 'guest']
  return all.slice(all.indexOf(role))
}
