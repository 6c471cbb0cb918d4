import * as contract from '@trove/contract/folders'
import type { FastifyInstance } from 'fastify'
import { serve } from '../../../platform/http/serve.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as folders from './operations.ts'

export function folderRoutes(app: FastifyInstance, platform: Platform) {
  const { db } = platform
  serve(app, contract.createFolder, ({ actor, params, body }) =>
    folders.createFolder(platform, actor, { ...body, ...params }),
  )
  serve(app, contract.listFolders, ({ actor, params, query }) =>
    folders.listFolders(db, actor, { ...query, ...params }),
  )
  serve(app, contract.getFolder, ({ actor, params }) => folders.getFolder(db, actor, params.folderId))
  serve(app, contract.renameFolder, ({ actor, params, body }) =>
    folders.renameFolder(platform, actor, { ...body, ...params }),
  )
  serve(app, contract.trashFolder, ({ actor, params }) => folders.trashFolder(platform, actor, params.folderId))
  serve(app, contract.restoreFolder, ({ actor, params }) => folders.restoreFolder(platform, actor, params.folderId))
  serve(app, contract.moveResources, ({ actor, params, body }) =>
    folders.moveResources(platform, actor, { ...body, ...params }),
  )
}
