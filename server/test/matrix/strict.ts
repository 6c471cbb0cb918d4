import type { Endpoint } from '@trove/contract/endpoint'
import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import type { Schema } from './requests.ts'

type Strict = Schema & { additionalProperties?: unknown }

const ajv = new Ajv({ strict: false, allErrors: true })
addFormats.default(ajv)
const compiled = new Map<string, ValidateFunction>()

/** What a response has that its endpoint does not declare, or lacks; undefined when it is exactly as declared. */
export function deviationOf({ id, response, status = 200 }: Endpoint, body: string): string | undefined {
  const schema = response as Strict
  if (status === 204 || schema.format === 'binary' || schema.type === 'null') return undefined
  let validate = compiled.get(id)
  if (validate === undefined) {
    validate = ajv.compile(closed(schema))
    compiled.set(id, validate)
  }
  return validate(JSON.parse(body)) ? undefined : ajv.errorsText(validate.errors)
}

/** The same schema, with no room for what it does not name. */
function closed(schema: Strict): Strict {
  const { anyOf, items, properties } = schema
  return {
    ...schema,
    ...(anyOf && { anyOf: anyOf.map(closed) }),
    ...(items && { items: closed(items) }),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, closed(each)])),
      ...(schema.additionalProperties === undefined && { additionalProperties: false }),
    }),
  }
}

/** Names of all members that a schema can have. */
export function memberNames(schema: Schema | undefined): string[] {
  if (schema === undefined) return []
  return [
    ...(schema.anyOf ?? []).flatMap(memberNames),
    ...memberNames(schema.items),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, each]) => [name, ...memberNames(each)]),
  ]
}
