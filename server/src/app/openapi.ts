import { endpoints } from '@trove/contract/all'
import { Bytes } from '@trove/contract/common'
import type { Endpoint, Requirement } from '@trove/contract/endpoint'
import { problems } from '@trove/contract/problems'
import type { TSchema } from 'typebox'
import { API_PREFIX } from '../platform/http/serve.ts'

const PROBLEM_REF = { $ref: '#/components/schemas/Problem' }

/**
 * The API as OpenAPI 3.1, made from the contract and from nothing else.
 *
 * @param prefix  the path below which people reach this installation, without a slash at its end
 */
export function openApiDocument(prefix = '') {
  const paths: Record<string, Record<string, object>> = {}
  for (const endpoint of endpoints) {
    const path = API_PREFIX + endpoint.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operationOf(endpoint) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Trove',
      version: '0.1.0',
      description: 'The API of a Trove installation. Refusals are application/problem+json (RFC 9457).',
    },
    servers: [{ url: prefix === '' ? '/' : prefix }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: { Problem: problemSchema() },
    },
  }
}

function operationOf(endpoint: Endpoint) {
  const { id, summary, room, requires, body, response, status = 200, method } = endpoint
  const hasContent = status !== 204 && method !== 'HEAD'
  const schema =
    response === (Bytes as TSchema) ? { 'application/octet-stream': {} } : { 'application/json': { schema: response } }
  return {
    operationId: id,
    summary,
    description: describe(requires),
    tags: [room],
    security: requires.kind === 'anyone' ? [] : [{ bearer: [] }],
    'x-requires': requires,
    parameters: [...parametersOf('path', endpoint.params), ...parametersOf('query', endpoint.query)],
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: {
      [status]: { description: summary, ...(hasContent && { content: schema }) },
      default: { description: 'Refused', content: { 'application/problem+json': { schema: PROBLEM_REF } } },
    },
  }
}

function parametersOf(place: 'path' | 'query', schema: TSchema | undefined) {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, object>
    required?: string[]
  }
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: property,
  }))
}

function describe(requires: Requirement): string {
  switch (requires.kind) {
    case 'anyone':
      return `For anyone. ${requires.why}`
    case 'user':
      return 'For any signed-in user.'
    case 'administrator':
      return 'For the administrator of the installation.'
    case 'member':
      return `For members of the organization, from ${requires.role} upwards.`
    case 'right':
      return `Needs the right to ${requires.right} it.`
    case 'uploader':
      return `For whoever began the upload${requires.orSupervisor ? ', and for owners and admins of the organization' : ''}.`
    case 'link':
      return 'For whoever has opened the link.'
  }
}

function problemSchema() {
  return {
    type: 'object',
    required: ['type', 'title', 'status', 'detail', 'instance'],
    properties: {
      type: {
        type: 'string',
        description: `urn:trove:problem: followed by one of ${Object.keys(problems).join(', ')}.`,
      },
      title: { type: 'string' },
      status: { type: 'integer' },
      detail: { type: 'string' },
      instance: { type: 'string' },
    },
  }
}
