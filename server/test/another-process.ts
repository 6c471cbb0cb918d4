import { buildApi } from '../src/app/api.ts'
import { openPlatform, type OpenPlatform } from '../src/app/platform.ts'
import type { ObjectStore } from '../src/platform/objects/index.ts'
import type { TestPlatform } from './platform.ts'

export type AnotherProcess = { platform: OpenPlatform; origin: string; stop(): Promise<void> }

/**
 * One more API that listens, on the database and the store of a test, with connections and memory of its own: to the
 * others it is another process.
 *
 * @param through  what it sees of the store; unless said, the store as it is
 */
export async function startAnother<Objects extends ObjectStore>(
  { config }: Pick<TestPlatform, 'config'>,
  through?: (objects: ObjectStore) => Objects,
): Promise<AnotherProcess & { objects: Objects | undefined }> {
  const platform = await openPlatform(config, 'api')
  const objects = through?.(platform.objects)
  const api = await buildApi({ ...platform, ...(objects && { objects }) })
  const origin = await api.app.listen({ port: 0, host: '127.0.0.1' })
  return {
    platform,
    origin,
    objects,
    async stop() {
      await api.close()
      await platform.close()
    },
  }
}
