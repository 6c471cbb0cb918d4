import type { Activity, SecurityEvent } from '@trove/contract/audit'

export type ExportFormat = 'csv' | 'jsonl'

/** A spreadsheet takes what begins so for a formula, and a formula can send the sheet elsewhere (OWASP, CSV injection). */
const BEGINS_A_FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/

/** RFC 4180: in quotes, quotes doubled. What would be a formula gets an apostrophe before it. */
export function csvCell(value: string): string {
  const harmless = BEGINS_A_FORMULA.test(value) ? `'${value}` : value
  return `"${harmless.replaceAll('"', '""')}"`
}

const ACTIVITY_COLUMNS = [
  ['at', (line: Activity) => line.at],
  ['action', (line: Activity) => line.action],
  ['actor', (line: Activity) => line.actor.kind],
  ['personId', (line: Activity) => line.actor.person?.id],
  ['person', (line: Activity) => line.actor.person?.name],
  ['credentialId', (line: Activity) => line.actor.credential?.id],
  ['credential', (line: Activity) => line.actor.credential?.name],
  ['resourceId', (line: Activity) => line.resource?.id],
  ['resource', (line: Activity) => line.resource?.name],
  ['ip', (line: Activity) => line.ip],
  ['userAgent', (line: Activity) => line.userAgent],
  ['facts', (line: Activity) => JSON.stringify(line.facts)],
  ['id', (line: Activity) => line.id],
] as const

const EVENT_COLUMNS = [
  ['at', (event: SecurityEvent) => event.at],
  ['severity', (event: SecurityEvent) => event.severity],
  ['kind', (event: SecurityEvent) => event.kind],
  ['personId', (event: SecurityEvent) => event.person?.id],
  ['person', (event: SecurityEvent) => event.person?.name],
  ['doneById', (event: SecurityEvent) => event.doneBy?.id],
  ['doneBy', (event: SecurityEvent) => event.doneBy?.name],
  ['organizationId', (event: SecurityEvent) => event.organizationId],
  ['ip', (event: SecurityEvent) => event.ip],
  ['userAgent', (event: SecurityEvent) => event.userAgent],
  ['facts', (event: SecurityEvent) => JSON.stringify(event.facts)],
  ['id', (event: SecurityEvent) => event.id],
] as const

type Columns<Line> = readonly (readonly [string, (line: Line) => string | undefined])[]

/** Lines as text: what stands at the head, and each batch. */
export type Writer<Line> = { head: string; text: (lines: readonly Line[]) => string }

export const activityWriter = (format: ExportFormat): Writer<Activity> => writer(format, ACTIVITY_COLUMNS)
export const eventWriter = (format: ExportFormat): Writer<SecurityEvent> => writer(format, EVENT_COLUMNS)

function writer<Line>(format: ExportFormat, columns: Columns<Line>): Writer<Line> {
  if (format === 'jsonl')
    return { head: '', text: (lines) => lines.map((line) => `${JSON.stringify(line)}\n`).join('') }
  const row = (cells: readonly string[]) => `${cells.map(csvCell).join(',')}\r\n`
  return {
    head: row(columns.map(([name]) => name)),
    text: (lines) => lines.map((line) => row(columns.map(([, cell]) => cell(line) ?? ''))).join(''),
  }
}
