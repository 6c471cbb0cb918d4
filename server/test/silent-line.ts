import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A line between a client and a server that can go dead: nobody is told that it has. */
export type SilentLine = {
  /** Where clients connect. */
  readonly origin: string
  /**
   * Every connection of the moment carries nothing more and stays open at the server, as when a cable is pulled: the
   * server gets no FIN. Clients see theirs break.
   */
  goSilent(): number
  close(): Promise<void>
}

export async function openSilentLine(upstreamPort: number): Promise<SilentLine> {
  const live = new Set<{ near: Socket; far: Socket }>()
  const dead: Socket[] = []
  const server = createServer((near) => {
    const far = connect(upstreamPort, '127.0.0.1')
    const pair = { near, far }
    live.add(pair)
    const end = () => {
      if (!live.delete(pair)) return
      near.destroy()
      far.destroy()
    }
    for (const socket of [near, far]) socket.on('error', end).on('close', end)
    near.pipe(far)
    far.pipe(near)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    goSilent() {
      const pairs = [...live]
      live.clear()
      for (const { near, far } of pairs) {
        near.unpipe(far)
        far.unpipe(near)
        far.resume()
        dead.push(far)
        near.destroy()
      }
      return pairs.length
    },
    async close() {
      for (const { near, far } of live) {
        near.destroy()
        far.destroy()
      }
      for (const socket of dead) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
