import fastifySwagger from '@fastify/swagger'
import fastifySwaggerUi from '@fastify/swagger-ui'
import { getOpenApi } from '@trove/contract/ops'
import type { FastifyInstance } from 'fastify'
import type { Settings } from '../platform/settings.ts'
import { serveRaw } from '../platform/http/serve.ts'
import { openApiDocument } from './openapi.ts'

/** `/api/openapi.json` for programs and `/api/docs` for people. */
export async function documentation(app: FastifyInstance, settings: Settings) {
  const document = openApiDocument(settings.publicUrl?.pathname.replace(/\/$/, ''))
  const text = JSON.stringify(document)
  await app.register(fastifySwagger, { mode: 'static', specification: { document: document as never } })
  await app.register(fastifySwaggerUi, {
    routePrefix: '/api/docs',
    theme: { title: 'Trove API' },
    logo: false as never,
    staticCSP: false,
  })
  serveRaw(app, getOpenApi, async ({ reply }) => reply.type('application/json').send(text))
}
