import * as sharing from '@trove/contract/event-sharing'
import * as contract from '@trove/contract/timeline-events'
import * as trimming from '@trove/contract/trims'
import type { FastifyInstance } from 'fastify'
import { serve } from '../../../platform/http/serve.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as bulk from './bulk.ts'
import * as events from './operations.ts'
import * as pictures from './pictures/operations.ts'
import * as shares from './sharing/operations.ts'
import * as trims from './trims/operations.ts'

export function timelineEventRoutes(app: FastifyInstance, platform: Platform) {
  const { db } = platform
  serve(app, contract.createTimelineEvent, ({ actor, params, body }) =>
    events.createEvent(platform, actor, { ...body, ...params }),
  )
  serve(app, contract.listTimelineEvents, ({ actor, params, query }) =>
    events.listEvents(db, actor, { ...query, ...params }),
  )
  serve(app, contract.getTimelineEvent, ({ actor, params }) => events.getEvent(db, actor, params.eventId))
  serve(app, contract.changeTimelineEvent, ({ actor, params, body }) =>
    events.changeEvent(platform, actor, { ...body, ...params }),
  )
  serve(app, contract.trashTimelineEvents, ({ actor, params, body }) =>
    bulk.trashEvents(platform, actor, { ...body, ...params }),
  )
  serve(app, contract.restoreTimelineEvents, ({ actor, params, body }) =>
    bulk.restoreEvents(platform, actor, { ...body, ...params }),
  )
  serve(app, contract.moveTimelineEvents, ({ actor, params, body }) =>
    bulk.moveEvents(platform, actor, { ...body, ...params }),
  )
  serve(app, contract.tagTimelineEvents, ({ actor, params, body }) =>
    bulk.tagEvents(platform, actor, { ...body, ...params }),
  )
  pictureRoutes(app, platform)
  sharingRoutes(app, platform)
  serve(app, trimming.trimToClip, ({ actor, params, body }) =>
    trims.trimToClip(platform, actor, { ...body, ...params }),
  )
  serve(app, trimming.getTrim, ({ actor, params }) => trims.getTrim(db, actor, params.trimId))
}

function sharingRoutes(app: FastifyInstance, platform: Platform) {
  serve(app, sharing.getUnshared, ({ actor, params }) => shares.getUnshared(platform.db, actor, params.eventId))
  serve(app, sharing.shareEvent, ({ actor, params, body }) =>
    shares.shareEvent(platform, actor, { ...body, ...params }),
  )
  serve(app, sharing.shareMissing, ({ actor, params, body }) =>
    shares.shareMissing(platform, actor, { ...body, ...params }),
  )
  serve(app, sharing.unshareAgain, async ({ actor, params, body }) => {
    await shares.unshareAgain(platform, actor, { ...body, ...params })
    return null
  })
  serve(app, sharing.takeEventBack, ({ actor, params }) => shares.takeEventBack(platform, actor, params))
}

function pictureRoutes(app: FastifyInstance, platform: Platform) {
  serve(app, contract.listPictures, ({ actor, params, query }) =>
    pictures.listPictures(platform.db, actor, { ...query, ...params }),
  )
  serve(app, contract.addPictures, ({ actor, params, body }) =>
    pictures.addPictures(platform, actor, { ...body, ...params }),
  )
  serve(app, contract.captionPicture, async ({ actor, params, body }) => {
    await pictures.captionPicture(platform, actor, { ...body, ...params })
    return null
  })
  serve(app, contract.movePicture, async ({ actor, params, body }) => {
    await pictures.movePicture(platform, actor, { ...body, ...params })
    return null
  })
  serve(app, contract.removePicture, async ({ actor, params }) => {
    await pictures.removePicture(platform, actor, params)
    return null
  })
}
