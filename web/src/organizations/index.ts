// What the frame of the page needs; forms are imported by the pages that show them, so that they load with them.
export { CurrentOrganization, lastOrganizationId, rememberOrganization, useOrganization } from './current.ts'
export { Notice } from './Notice.tsx'
export { OrganizationActions, OrganizationSwitch } from './OrganizationSwitch.tsx'
export { organizationsQuery } from './queries.ts'
export { QuotaBar } from './QuotaBar.tsx'
