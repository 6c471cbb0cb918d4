import type { FastifyInstance } from 'fastify'
import type { Platform } from '../../platform/platform.ts'
import { erasingRoutes } from './erasing/routes.ts'
import { invitationRoutes } from './invitations/routes.ts'
import { memberRoutes } from './members/routes.ts'
import { profileRoutes } from './profile/routes.ts'
import { teamRoutes } from './teams/routes.ts'

export function organizationRoutes(app: FastifyInstance, platform: Platform) {
  profileRoutes(app, platform)
  memberRoutes(app, platform)
  teamRoutes(app, platform)
  invitationRoutes(app, platform)
  erasingRoutes(app, platform)
}
