import type { UserActor } from '../../../platform/actor.ts'
import type { Platform } from '../../../platform/platform.ts'
import type * as access from '../../access/index.ts'
import { requireVariant } from '../reading.ts'
import { playlistOf, type Stream } from './playlist.ts'

/**
 * The playlist of a video, for somebody who may read the file. The bytes it names are asked for one by one, and each
 * time it is asked again whether they may be had.
 *
 * @throws not-found  also while there is no proxy, or none is needed
 * @throws infected, being-checked, held
 */
export async function requirePlaylist(
  platform: Pick<Platform, 'db' | 'jobs' | 'settings'>,
  decisions: ReturnType<typeof access.createDecisions>,
  actor: UserActor,
  fileId: string,
): Promise<string> {
  const { id, facts } = await requireVariant(platform, decisions, actor, { fileId, variant: 'proxy' })
  // Made anew, it is another address: a player that holds the old playlist never mixes the two.
  return playlistOf((facts as unknown as { stream: Stream }).stream, `variants/proxy?v=${id.slice(0, 8)}`)
}
