/**
 * What stands for `typebox` in the page. The contract says there which endpoints there are; whether a body has its
 * form is the server's to judge, so the page carries the names and none of the schemas (30 kB less before the first
 * picture). The types are those of the real one: only the build looks here.
 */
type Schema = { properties?: object }

const make = (properties?: unknown): Schema =>
  typeof properties === 'object' && properties !== null && !Array.isArray(properties) ? { properties } : {}

export const Type = new Proxy({} as Record<string, (given?: unknown) => Schema>, { get: () => make })
