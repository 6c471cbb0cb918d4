import type { Severity } from '@trove/contract/audit'
import type { TrailFilter } from '../audit/queries.ts'
import { ID_FORM } from '../lib/ids.ts'

const DAY = /^\d{4}-\d{2}-\d{2}$/

/** Reads what is known from an address; the rest of it is left aside. */
export function trailSearchOf(search: Record<string, unknown>): TrailFilter {
  const text = (name: string, form: RegExp) => {
    const value = search[name]
    return typeof value === 'string' && form.test(value) ? { [name]: value } : {}
  }
  return {
    ...text('action', /^[a-z0-9.-]{1,60}$/),
    ...text('person', ID_FORM),
    ...text('resource', ID_FORM),
    ...text('fromDay', DAY),
    ...text('toDay', DAY),
    ...text('ip', /^[0-9a-f.:]{2,45}(\/\d{1,3})?$/i),
  }
}

// Written out, because the router must not load the contract's schemas for it.
const SEVERITIES: readonly Severity[] = ['info', 'warning', 'critical']

/** The same of the security of the installation. */
export function securitySearchOf(search: Record<string, unknown>): { severity?: Severity | undefined } {
  const severity = SEVERITIES.find((one) => one === search['severity'])
  return severity === undefined ? {} : { severity }
}
