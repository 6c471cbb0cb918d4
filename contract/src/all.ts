import * as accounts from './accounts.ts'
import * as apiKeys from './api-keys.ts'
import * as audit from './audit.ts'
import * as directUploads from './direct-uploads.ts'
import * as documents from './documents.ts'
import * as duplicates from './duplicates.ts'
import * as bareCopies from './bare-copies.ts'
import * as downloads from './downloads.ts'
import * as fileChanges from './file-changes.ts'
import * as fileUses from './file-uses.ts'
import * as files from './files.ts'
import * as folders from './folders.ts'
import * as eventSharing from './event-sharing.ts'
import * as grants from './grants.ts'
import * as identity from './identity.ts'
import * as integrity from './integrity.ts'
import * as invitations from './invitations.ts'
import * as knownBytes from './known-bytes.ts'
import * as links from './links.ts'
import * as members from './members.ts'
import * as ops from './ops.ts'
import * as organizations from './organizations.ts'
import * as processingConsole from './processing-console.ts'
import * as receipts from './receipts.ts'
import * as scan from './scan.ts'
import * as search from './search.ts'
import * as shared from './shared.ts'
import * as signIn from './sign-in.ts'
import * as sizes from './sizes.ts'
import * as space from './space.ts'
import * as tags from './tags.ts'
import * as teams from './teams.ts'
import * as timeline from './timeline.ts'
import * as timelineEvents from './timeline-events.ts'
import * as trimming from './trims.ts'
import * as uploadSessions from './upload-sessions.ts'
import * as upkeep from './upkeep.ts'
import * as uploads from './uploads.ts'
import type { Endpoint } from './endpoint.ts'

const isEndpoint = (exported: unknown): exported is Endpoint =>
  typeof exported === 'object' && exported !== null && 'id' in exported && 'path' in exported && 'requires' in exported

/** Every endpoint that there is: the routes, the document and the matrix of who may do what are each compared with this. */
export const endpoints: readonly Endpoint[] = [
  identity,
  accounts,
  signIn,
  apiKeys,
  organizations,
  members,
  teams,
  invitations,
  files,
  bareCopies,
  fileUses,
  fileChanges,
  tags,
  processingConsole,
  documents,
  sizes,
  receipts,
  search,
  duplicates,
  scan,
  folders,
  eventSharing,
  grants,
  uploads,
  uploadSessions,
  knownBytes,
  timeline,
  timelineEvents,
  trimming,
  links,
  shared,
  directUploads,
  downloads,
  audit,
  ops,
  upkeep,
  space,
  integrity,
].flatMap((room) => Object.values(room).filter(isEndpoint))
