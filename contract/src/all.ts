import * as files from './files.ts'
import * as identity from './identity.ts'
import * as ops from './ops.ts'
import * as organizations from './organizations.ts'
import * as uploads from './uploads.ts'
import type { Endpoint } from './endpoint.ts'

const isEndpoint = (exported: unknown): exported is Endpoint =>
  typeof exported === 'object' && exported !== null && 'id' in exported && 'path' in exported && 'requires' in exported

/** Every endpoint that there is: the routes, the document and the matrix of who may do what are each compared with this. */
export const endpoints: readonly Endpoint[] = [identity, organizations, files, uploads, ops].flatMap((room) =>
  Object.values(room).filter(isEndpoint),
)
