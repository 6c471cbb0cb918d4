import { randomBytes } from 'node:crypto'
import type { KeyRing } from '../src/platform/objects/index.ts'

/** Keys of organizations, made on first use, that live as long as the test. */
export function ringOf(isOn: boolean, keys = new Map<string, Uint8Array>()): KeyRing {
  return {
    isOn,
    forReading: async (organizationId) => keys.get(organizationId),
    async forWriting(organizationId) {
      const key = keys.get(organizationId) ?? randomBytes(32)
      keys.set(organizationId, key)
      return key
    },
  }
}
