import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSealer, type ChainHead } from '../domain/audit/index.ts'
import type { Platform } from '../platform/platform.ts'

/** How long a line of the trail waits for its seal, about: two of these. */
const STEP_MS = 1_000
const FILE = 'trail-head.json'

/**
 * Seals the trail a step each second, and keeps in the data folder where the chain ends: somebody who can cut off its
 * end in the database cannot make this machine forget it.
 */
export function startSealing(
  platform: Pick<Platform, 'db' | 'keys' | 'log'>,
  dataFolder: string,
): { stop(): Promise<void> } {
  const sealer = createSealer(platform)
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  let isStopped = false

  async function step() {
    try {
      const head = await sealer.step()
      if (head !== undefined) await rememberHead(dataFolder, head)
    } catch (err) {
      platform.log.warn({ err }, 'the trail could not be sealed; trying again')
    }
  }
  const stepLater = () => {
    if (isStopped) return
    timer = setTimeout(() => {
      running = step().then(stepLater)
    }, STEP_MS)
  }
  stepLater()
  return {
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await running
    },
  }
}

async function rememberHead(dataFolder: string, head: ChainHead): Promise<void> {
  const file = join(dataFolder, FILE)
  await writeFile(`${file}.new`, JSON.stringify(head))
  await rename(`${file}.new`, file)
}

/** Where the chain ended when this machine last sealed; undefined when it never did. */
export async function rememberedHead(dataFolder: string): Promise<ChainHead | undefined> {
  const text = await readFile(join(dataFolder, FILE), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const { number, mac } = JSON.parse(text) as Partial<ChainHead>
  if (typeof number !== 'number' || typeof mac !== 'string') throw new Error(`${FILE} cannot be read.`)
  return { number, mac }
}
