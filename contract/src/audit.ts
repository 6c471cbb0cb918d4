import { Type, type Static } from 'typebox'
import { Bytes, Id, Nothing, OneOf, Page, PageQuery, Person, Timestamp } from './common.ts'
import { endpoint } from './endpoint.ts'

/** Who spoke: a signed-in user, an API key of theirs, whoever opened a link, Trove itself, or nobody known. */
export const actorKinds = ['user', 'key', 'link', 'system', 'anyone'] as const
export type ActorKind = (typeof actorKinds)[number]

export const severities = ['info', 'warning', 'critical'] as const
export const Severity = OneOf(severities)
export type Severity = (typeof severities)[number]

/** What one would want to know of it later. Never a secret. */
const Facts = Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true })

const AddressFilter = Type.String({
  minLength: 2,
  maxLength: 50,
  description: 'An address, or a network such as 203.0.113.0/24.',
})

/** One line of the trail: who did what to which file, when, from where and by which agent. */
export const Activity = Type.Object({
  id: Id,
  at: Timestamp,
  action: Type.String({ description: 'In the past tense: `file.renamed`; `access.refused` when it was not allowed.' }),
  actor: Type.Object({
    kind: OneOf(actorKinds),
    person: Type.Optional(Person),
    credential: Type.Optional(
      Type.Object(
        { id: Id, name: Type.Optional(Type.String()) },
        { description: 'The session, API key or link that spoke.' },
      ),
    ),
  }),
  organizationId: Type.Optional(Id),
  resource: Type.Optional(
    Type.Object(
      { id: Id, name: Type.Optional(Type.String()), kind: Type.Optional(OneOf(['file', 'folder', 'event'])) },
      { description: 'Named as it is called now, when it is still there and the caller may read it.' },
    ),
  ),
  ip: Type.Optional(Type.String({ description: 'For owners and admins, and of what one did oneself.' })),
  userAgent: Type.Optional(Type.String()),
  facts: Facts,
})
export type Activity = Static<typeof Activity>

/** What concerns accounts and sessions rather than files. */
export const SecurityEvent = Type.Object({
  id: Id,
  at: Timestamp,
  severity: Severity,
  kind: Type.String({ description: '`sign-in.failed`, `refresh-token.reused` …' }),
  person: Type.Optional(Person),
  doneBy: Type.Optional(Person),
  organizationId: Type.Optional(Id),
  ip: Type.Optional(Type.String()),
  userAgent: Type.Optional(Type.String()),
  facts: Facts,
})
export type SecurityEvent = Static<typeof SecurityEvent>

const TimeFilter = {
  from: Type.Optional(Timestamp),
  to: Type.Optional(Timestamp),
  ip: Type.Optional(AddressFilter),
}
const Word = Type.String({ minLength: 1, maxLength: 60, pattern: '^[a-z0-9.-]+$' })
const ActivityFilter = { ...TimeFilter, action: Type.Optional(Word) }
const OrganizationFilter = { ...ActivityFilter, personId: Type.Optional(Id), resourceId: Type.Optional(Id) }
const SecurityFilter = {
  ...TimeFilter,
  severity: Type.Optional(Severity),
  kind: Type.Optional(Word),
  personId: Type.Optional(Id),
}

export const exportFormats = ['csv', 'jsonl'] as const
const ExportFormat = { format: OneOf(exportFormats) }

/** A page may be short, or empty, and still have a `next`: a search that finds little stops after a while and goes on from there. */
const ActivityPage = Page(Activity)
export type ActivityPage = Static<typeof ActivityPage>
const SecurityPage = Page(SecurityEvent)
export type SecurityPage = Static<typeof SecurityPage>

const organizationParams = Type.Object({ organizationId: Id })

export const listResourceActivity = endpoint({
  id: 'listResourceActivity',
  summary: 'What was done to a file or folder, newest first',
  room: 'audit',
  method: 'GET',
  path: '/resources/:resourceId/activity',
  requires: { kind: 'right', right: 'share' },
  params: Type.Object({ resourceId: Id }),
  query: Type.Object({ ...PageQuery, ...ActivityFilter }),
  response: ActivityPage,
})

export const listOrganizationActivity = endpoint({
  id: 'listOrganizationActivity',
  summary: 'What was done in an organization, newest first',
  room: 'audit',
  method: 'GET',
  path: '/organizations/:organizationId/activity',
  requires: { kind: 'member', role: 'admin', scope: 'manage' },
  params: organizationParams,
  query: Type.Object({ ...PageQuery, ...OrganizationFilter }),
  response: ActivityPage,
})

export const listActivityActions = endpoint({
  id: 'listActivityActions',
  summary: 'The actions that there are lines of in an organization',
  room: 'audit',
  method: 'GET',
  path: '/organizations/:organizationId/activity/actions',
  requires: { kind: 'member', role: 'admin', scope: 'manage' },
  params: organizationParams,
  response: Type.Object({ items: Type.Array(Type.String()) }),
})

export const exportOrganizationActivity = endpoint({
  id: 'exportOrganizationActivity',
  summary: 'All lines that match, oldest first, as CSV or JSON Lines. That it was exported is told to the trail',
  room: 'audit',
  method: 'GET',
  path: '/organizations/:organizationId/activity/export',
  requires: { kind: 'member', role: 'admin', scope: 'manage' },
  params: organizationParams,
  query: Type.Object({ ...ExportFormat, ...OrganizationFilter }),
  response: Bytes,
})

export const listOwnActivity = endpoint({
  id: 'listOwnActivity',
  summary: 'What the caller did, newest first',
  room: 'audit',
  method: 'GET',
  path: '/me/activity',
  requires: { kind: 'user', scope: 'read' },
  query: Type.Object({ ...PageQuery, ...ActivityFilter }),
  response: ActivityPage,
})

export const listOwnSecurityEvents = endpoint({
  id: 'listOwnSecurityEvents',
  summary: 'What happened to the account of the caller, newest first',
  room: 'audit',
  method: 'GET',
  path: '/me/security-events',
  requires: { kind: 'user', scope: 'none' },
  query: Type.Object({ ...PageQuery, ...TimeFilter, severity: Type.Optional(Severity), kind: Type.Optional(Word) }),
  response: SecurityPage,
})

export const listSecurityEvents = endpoint({
  id: 'listSecurityEvents',
  summary: 'What happened to accounts and sessions of this installation, newest first',
  room: 'audit',
  method: 'GET',
  path: '/security-events',
  requires: { kind: 'administrator' },
  query: Type.Object({ ...PageQuery, ...SecurityFilter }),
  response: SecurityPage,
})

export const exportSecurityEvents = endpoint({
  id: 'exportSecurityEvents',
  summary: 'All security events that match, oldest first, as CSV or JSON Lines',
  room: 'audit',
  method: 'GET',
  path: '/security-events/export',
  requires: { kind: 'administrator' },
  query: Type.Object({ ...ExportFormat, ...SecurityFilter }),
  response: Bytes,
})

/** Critical events that this administrator has not looked at yet. */
export const SecurityNotice = Type.Object({
  unseen: Type.Integer({ minimum: 0, description: 'At most 100: there may be more.' }),
})
export type SecurityNotice = Static<typeof SecurityNotice>

export const getSecurityNotice = endpoint({
  id: 'getSecurityNotice',
  summary: 'How many critical events the caller has not looked at yet',
  room: 'audit',
  method: 'GET',
  path: '/security-events/notice',
  requires: { kind: 'administrator' },
  response: SecurityNotice,
})

export const markSecurityEventsSeen = endpoint({
  id: 'markSecurityEventsSeen',
  summary: 'Mark every event up to now as looked at by the caller',
  room: 'audit',
  method: 'POST',
  path: '/security-events/seen',
  requires: { kind: 'administrator' },
  response: Nothing,
  status: 204,
})
