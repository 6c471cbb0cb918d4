import { parseArgs } from 'node:util'
import { getMe } from '@trove/contract/identity'
import { listOrganizations } from '@trove/contract/organizations'
import { talking, type Context } from '../context.ts'
import { chooseServer } from '../server/keys.ts'
import { openServer } from '../server/server.ts'
import { printable } from '../terminal/text.ts'

export const help = `trove whoami [--server URL] [--json]

Says whose key is used, at which Trove, and which organizations it reaches.`

/** @returns the exit code */
export async function run({ words, environment, streams, signal }: Context): Promise<number> {
  const { values: flags } = parseArgs({ args: [...words], options: talking })
  const chosen = chooseServer(flags.server, environment)
  const server = openServer({ ...chosen, environment, signal, giveUpMs: 0 })
  try {
    const { email, name } = await server.call(getMe, {})
    const { items } = await server.call(listOrganizations, {})
    const organizations = items.map((one) => ({ id: one.id, slug: one.slug, name: one.name, role: one.role }))
    if (flags.json) streams.out.write(`${JSON.stringify({ server: chosen.place, email, name, organizations })}\n`)
    else {
      streams.out.write(`${printable(name)} <${printable(email)}> at ${chosen.place}\n`)
      for (const one of organizations) streams.out.write(`  ${one.slug}  ${printable(one.name)} (${one.role})\n`)
    }
    return 0
  } finally {
    server.close()
  }
}
