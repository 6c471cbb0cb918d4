import { roles, type Role } from '@trove/contract/access'

/** Whether a role is at least as strong as another. */
export const isAtLeast = (role: Role, needed: Role): boolean => roles.indexOf(role) <= roles.indexOf(needed)
