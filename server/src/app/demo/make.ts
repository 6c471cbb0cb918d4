import { rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { availableParallelism, constants, setPriority } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { clips } from './clips.ts'
import { invoice } from './invoice.ts'
import { deliverables, recceNotes, shotList, sign } from './notes.ts'
import { storyboard, treatment } from './papers.ts'
import { photos } from './photos/roster.ts'

// A program of its own: makes the demonstration's media in the folder named on its command line, only the files named
// after it, and says the name of each, one a line, when it is whole. It ends with the process that reads it.

const papers: Readonly<Record<string, () => Buffer>> = {
  'The Long Blue Hour, treatment.pdf': treatment,
  'Invoice 2026-014.pdf': invoice,
  'Storyboard.pdf': storyboard,
  'Shot list.csv': shotList,
  'Recce notes.md': recceNotes,
  'Northlight sign.svg': sign,
  'Deliverables.zip': deliverables,
}

const [folder, ...names] = process.argv.slice(2)
if (folder === undefined) throw new Error('usage: make.ts <folder> <name>…')
const isWanted = (name: string): boolean => names.includes(name)
// The server that takes the files comes first.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
process.stdout.on('error', () => {
  rmSync(folder, { recursive: true, force: true })
  process.exit(1)
})
await Promise.all([makePapers(folder).then(() => makeClips(folder)), makePhotos(folder)])

async function makePapers(into: string): Promise<void> {
  for (const [name, make] of Object.entries(papers).filter(([paper]) => isWanted(paper))) {
    await writeFile(join(into, name), make())
    say(name)
  }
}

async function makeClips(into: string): Promise<void> {
  for (const clip of clips.filter(({ name }) => isWanted(name))) {
    await clip.record(join(into, clip.name))
    say(clip.name)
  }
}

/** Threads take the next photograph as they become free, one thread for each processor. */
async function makePhotos(into: string): Promise<void> {
  const wanted = photos.flatMap(({ name }, index) => (isWanted(name) ? [index] : []))
  const threads = Math.min(4, availableParallelism(), wanted.length)
  await Promise.all(
    Array.from({ length: threads }, () => {
      const worker = new Worker(new URL('./photos/worker.ts', import.meta.url), { workerData: { folder: into } })
      return new Promise<void>((resolve, reject) => {
        const give = () =>
          wanted.length > 0 ? worker.postMessage(wanted.shift()) : void worker.terminate().then(() => resolve())
        worker.on('error', reject)
        worker.on('message', (index: number) => {
          say(photos[index]?.name ?? '')
          give()
        })
        give()
      })
    }),
  )
}

function say(name: string): void {
  process.stdout.write(`${name}\n`)
}
