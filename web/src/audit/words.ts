import type { Activity } from '@trove/contract/audit'
import { ID_FORM } from '../lib/ids.ts'

/** What was done, as the middle of a sentence; `{it}` stands for the file or folder. */
const DEEDS: Record<string, string> = {
  'access.refused': 'was refused {it}',
  'activity.exported': 'exported the activity',
  'activity.pruned': 'dropped activity that is older than the policy keeps',
  'event.changed': 'changed the event {it}',
  'event.created': 'made the event {it}',
  'event.moved': 'moved the event {it}',
  'event.picture-captioned': 'wrote a caption in the event {it}',
  'event.picture-moved': 'changed the order of the event {it}',
  'event.picture-removed': 'took a picture out of the event {it}',
  'event.pictures-added': 'added pictures to the event {it}',
  'event.purged': 'erased the event {it} for good',
  'event.restored': 'took the event {it} back from the trash',
  'event.tagged': 'changed the tags of the event {it}',
  'event.trashed': 'moved the event {it} to the trash',
  'file.added': 'uploaded {it}',
  'file.address-made': 'made an address to fetch {it} once',
  'file.dated': 'changed the date of {it}',
  'file.damaged': 'found the stored bytes of {it} damaged',
  'file.described': 'described {it}',
  'file.detached': 'took {it} out of what showed it, because it was deleted',
  'file.downloaded': 'downloaded {it}',
  'file.healed': 'found the stored bytes of {it} whole again',
  'file.moved': 'moved {it}',
  'file.purged': 'erased {it} for good',
  'file.quarantined': 'put {it} into quarantine: a virus was found in it',
  'file.released': 'let {it} out of the quarantine',
  'file.scan-asked': 'had {it} checked for viruses again',
  'file.renamed': 'renamed {it}',
  'file.reprocessed': 'asked for new previews of {it}',
  'file.restored': 'took {it} back from the trash',
  'file.tagged': 'changed the tags of {it}',
  'file.trim-requested': 'had a clip cut out of {it}',
  'file.trashed': 'moved {it} to the trash',
  'file.verification-requested': 'had the stored bytes of {it} read again',
  'file.viewed': 'viewed the original of {it}',
  'folder.created': 'made the folder {it}',
  'folder.moved': 'moved the folder {it}',
  'folder.purged': 'erased the folder {it} for good',
  'folder.renamed': 'renamed the folder {it}',
  'folder.restored': 'took the folder {it} back from the trash',
  'folder.trashed': 'moved the folder {it} to the trash',
  'grant.removed': 'took away rights on {it}',
  'grant.set': 'shared {it}',
  'invitation.accepted': 'accepted an invitation',
  'invitation.declined': 'declined an invitation',
  'invitation.resent': 'sent an invitation again',
  'invitation.sent': 'invited somebody',
  'invitation.withdrawn': 'withdrew an invitation',
  'link.changed': 'changed a link to {it}',
  'link.created': 'made a link to {it}',
  'link.delivered': 'received all of {it}',
  'link.downloaded': 'downloaded {it}',
  'link.opened': 'opened a link to {it}',
  'link.refused': 'was not let in by a link',
  'link.revoked': 'revoked a link to {it}',
  'member.added': 'added a member',
  'member.left': 'left the organization',
  'member.persona-changed': 'changed what a member is',
  'member.removed': 'removed a member',
  'member.role-changed': 'changed the role of a member',
  'organization.created': 'made the organization',
  'organization.erasure-asked': 'asked to erase the organization',
  'organization.erasure-cancelled': 'kept the organization from being erased',
  'organization.erasure-confirmed': 'confirmed that the organization is to be erased',
  'organization.handed-over': 'handed the organization over',
  'organization.logo-removed': 'removed the logo',
  'organization.logo-set': 'set the logo',
  'organization.updated': 'changed the settings of the organization',
  'plan.set': 'set the plan',
  'quota.corrected': 'put right how much is counted as stored',
  'quota.set': 'set how much may be stored',
  'tag.created': 'made a tag',
  'tag.deleted': 'deleted a tag',
  'tag.merged': 'merged two tags',
  'tag.renamed': 'renamed a tag',
  'team.created': 'made a team',
  'team.deleted': 'deleted a team',
  'team.member-added': 'added somebody to a team',
  'team.member-removed': 'removed somebody from a team',
  'team.updated': 'changed a team',
  'upload-session.cancelled': 'cancelled a batch of uploads',
  'upload-session.paused': 'paused a batch of uploads',
  'upload-session.renamed': 'renamed a batch of uploads',
  'upload-session.resumed': 'resumed a batch of uploads',
}

/** `file.sent-back` becomes "file sent back": an action that has no sentence yet. */
const plain = (action: string): string => action.replace(/[.-]/g, ' ')

/** Two halves around the name of the file or folder; the second is undefined when the sentence is about none. */
export function deedOf(action: string): [before: string, after: string | undefined] {
  const [before = '', after] = (DEEDS[action] ?? plain(action)).split('{it}')
  return [before.trim(), after?.trim()]
}

/** The same alone, to choose from: "Viewed the original". */
export function actionName(action: string): string {
  const words = (DEEDS[action] ?? plain(action))
    .replace(/\s*(of|on|to) \{it\}/, '')
    .replace('was refused {it}', 'was refused')
    .replace(/\s*\{it\}/, action.startsWith('file.') ? ' a file' : '')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Who did it, in a word or two. */
export function actorName({ actor }: Pick<Activity, 'actor'>): string {
  const name = actor.person?.name
  switch (actor.kind) {
    case 'system':
      return 'Trove'
    case 'anyone':
      return 'Somebody'
    case 'link':
      return actor.credential?.name ? `Somebody with the link “${actor.credential.name}”` : 'Somebody with a link'
    case 'key':
    case 'user':
      return name === undefined || name === '' ? 'Somebody from outside' : name
  }
}

/** What a person would want to know beyond the sentence, from what was kept with it. */
export function factsOf({ facts }: Pick<Activity, 'facts'>): { name: string; value: string }[] {
  return Object.entries(facts)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => ({
      name: FACTS[name] ?? name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase(),
      value: typeof value === 'string' ? value : JSON.stringify(value),
    }))
}

/** Ids say nothing to a person who reads many events. */
export const withoutIds = (facts: ReturnType<typeof factsOf>) => facts.filter(({ value }) => !ID_FORM.test(value))

const FACTS: Record<string, string> = {
  count: 'how many more',
  endpoint: 'asked for',
  problem: 'answer',
  from: 'before',
  to: 'after',
  ip: 'address',
}

const EVENTS: Record<string, string> = {
  'access.refused': 'Asked for what is not theirs',
  'account.closed': 'Account closed',
  'account.created': 'Account made',
  'account.resumed': 'Account let in again',
  'account.suspended': 'Account suspended',
  'account.updated': 'Account changed',
  'activity.exported': 'Activity exported',
  'activity.pruned': 'Old activity dropped by policy',
  'api-key.created': 'API key made',
  'api-key.revoked': 'API key revoked',
  'avatar.removed': 'Picture removed',
  'avatar.set': 'Picture set',
  'confirmation.failed': 'Could not confirm that it was them',
  'email.change-asked': 'Change of e-mail address asked for',
  'email.changed': 'E-mail address changed',
  'email.verified': 'E-mail address verified',
  'installation.updated': 'Installation changed',
  'limit.reached': 'Asked too often',
  'organization.erased': 'Organization erased',
  'organization.erasure-confirmed': 'Erasing of an organization confirmed',
  'organization.handed-over': 'Organization handed over',
  'password.changed': 'Password changed',
  'password.reset': 'Password set anew by mail',
  'password.reset-asked': 'New password asked for',
  'password.refused': 'Wrong password',
  'quarantine.deleted': 'Deleted from the quarantine',
  'quarantine.released': 'Let out of the quarantine',
  'quota.corrected': 'What is counted as stored was wrong and was put right',
  'recovery-code.used': 'Recovery code used',
  'refresh-token.reused': 'A copied sign-in was used; the session was ended',
  'second-factor.failed': 'Wrong second factor',
  'security-events.exported': 'Security events exported',
  'session.revoked': 'Signed out from elsewhere',
  'sign-in.failed': 'Sign-in failed',
  'sign-in.linked': 'Sign-in with a provider added',
  'sign-in.new-device': 'Signed in on a new device',
  'sign-in.succeeded': 'Signed in',
  'sign-in.unlinked': 'Sign-in with a provider removed',
  'blob.damaged': 'Stored bytes were found damaged',
  'blob.healed': 'Damaged bytes are whole again',
  'blob.verification-requested': 'Stored bytes were read again on request',
  'upload.infected': 'A virus was found in a file',
}

export function eventName(kind: string): string {
  const words = EVENTS[kind] ?? plain(kind)
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const PROGRAMS: readonly [RegExp, string][] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\bChrom(?:e|ium)\/|\bCriOS\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
  [/^curl\//, 'curl'],
]
const SYSTEMS: readonly [RegExp, string][] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
]

/** "Firefox on Linux"; an agent that is not known is told by its first word. */
export function agentName(userAgent: string): string {
  const named = (list: readonly [RegExp, string][]) => list.find(([pattern]) => pattern.test(userAgent))?.[1]
  const program = named(PROGRAMS) ?? /^[\w.-]+/.exec(userAgent)?.[0] ?? 'Unknown program'
  const system = named(SYSTEMS)
  return system === undefined ? program : `${program} on ${system}`
}
