import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import * as client from './client.ts'
import { DEMO_ACCOUNT, DEMO_ORGANIZATION, Refused, type Client } from './client.ts'
import { folderOf, pieces, type Piece } from './plan.ts'
import { tellStory } from './story.ts'

/**
 * Fills a new installation with a demonstration organization: photographs, clips and papers that the program makes
 * itself, uploaded as any client would. A second time changes nothing; after an interruption it goes on.
 *
 * @throws Error in plain text when the installation is somebody's already, or does not answer
 */
export async function loadDemo(api: { baseUrl: string }, chosen: readonly Piece[] = pieces): Promise<void> {
  const trove: Client = { baseUrl: api.baseUrl }
  await enter(trove)
  const organization = await client.ensureOrganization(trove)
  const earlier = await client.findSession(trove, organization.id, chosen.length)
  if (earlier !== undefined && earlier.status !== 'active')
    return say(`The demonstration is there already. ${address(api.baseUrl)}`)
  const session = earlier ?? (await client.createSession(trove, organization.id, chosen.length))
  const present = await client.listNames(trove, organization.id)
  const missing = chosen.filter(({ name }) => !present.has(name))
  say(`Making the demonstration: ${missing.length} photographs, clips and papers. It takes a minute or two.`)
  await withMade(missing, async (piece, bytes, done) => {
    const name = folderOf(piece)
    const folderId = name === undefined ? undefined : await client.ensureFolder(trove, organization.id, name)
    const place = { organizationId: organization.id, uploadSessionId: session.id, folderId }
    await client.upload(trove, { ...piece, ...place, bytes })
    if (done % 10 === 0 || done === missing.length) say(`Demonstration: ${done} of ${missing.length}`)
  })
  await tellStory(trove, organization.id)
  say(`${DEMO_ORGANIZATION.name} is ready. ${address(api.baseUrl)}`)
}

async function enter(trove: Client): Promise<void> {
  const { hasAccounts } = await client.getInstallation(trove)
  if (!hasAccounts) return client.register(trove)
  try {
    await client.signIn(trove)
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 401) throw error
    throw new Error('--demo is for a new installation: this one has accounts already, so nothing was added to it.')
  }
}

type Send = (piece: Piece, bytes: Buffer, done: number) => Promise<void>

/** Has the pieces made by a process of its own and hands them on in their order, each as soon as it is whole. */
async function withMade(wanted: readonly Piece[], send: Send): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'trove-demo-'))
  const program = fileURLToPath(new URL('./make.ts', import.meta.url))
  const names = wanted.map(({ name }) => name)
  const maker = spawn(process.execPath, ['--no-warnings', program, folder, ...names], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const stop = () => void maker.kill('SIGKILL')
  const abandon = () => {
    stop()
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', abandon)
  const closed = new Promise<number | null>((resolve, reject) => maker.once('error', reject).once('close', resolve))
  try {
    const made = new Set<string>()
    let done = 0
    for await (const name of createInterface({ input: maker.stdout })) {
      made.add(name)
      for (let next = wanted[done]; next !== undefined && made.has(next.name); next = wanted[done]) {
        const path = join(folder, next.name)
        await send(next, await readFile(path), ++done)
        await rm(path)
      }
    }
    const code = await closed
    if (done < wanted.length) throw new Error(`The demonstration's media could not all be made (exit code ${code}).`)
  } finally {
    process.off('exit', abandon)
    stop()
    await closed.catch(() => undefined)
    await rm(folder, { recursive: true, force: true })
  }
}

function address(baseUrl: string): string {
  return `Open ${baseUrl} and sign in as ${DEMO_ACCOUNT.email} with the password ${DEMO_ACCOUNT.password}`
}

function say(text: string): void {
  console.log(text)
}
