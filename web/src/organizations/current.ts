import type { Organization } from '@trove/contract/organizations'
import { createContext, use } from 'react'

/** The organization whose files are looked at. */
export const CurrentOrganization = createContext<Organization | undefined>(undefined)

/** @throws Error outside of the shell, which always provides one: a mistake in the routes */
export function useOrganization(): Organization {
  const organization = use(CurrentOrganization)
  if (organization === undefined) throw new Error('There is no organization here.')
  return organization
}

const KEY = 'trove.organization'

/** The one this device looked at last. */
export function lastOrganizationId(): string | undefined {
  try {
    return localStorage.getItem(KEY) ?? undefined
  } catch {
    return undefined
  }
}

export function rememberOrganization(organizationId: string): void {
  try {
    localStorage.setItem(KEY, organizationId)
  } catch {
    // The first of the list will be shown next time.
  }
}
