import { updateMe } from '@trove/contract/accounts'
import type { Me } from '@trove/contract/identity'
import { call } from '../../lib/api.ts'
import { density } from '../../lib/density.ts'
import { knowMe, session } from '../../lib/session.ts'
import { theme } from '../../lib/theme.ts'

const REST_MS = 600

/**
 * What an account has chosen is applied where it signs in, and what is chosen here is kept in the account. What was
 * chosen on a device before anybody signed in stays until the account says otherwise.
 */
export function keepAppearance(): void {
  let applied: string | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  const apply = () => {
    const me = signedInUser()
    const key = me && `${me.id} ${me.preferences.theme} ${me.preferences.density}`
    if (me === undefined || key === applied) return void (applied = key)
    applied = key
    if (me.preferences.theme !== undefined) theme.set(me.preferences.theme)
    if (me.preferences.density !== undefined) density.set(me.preferences.density)
  }
  const keep = () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      const me = signedInUser()
      const chosen = { theme: theme.get(), density: density.get() }
      if (me === undefined) return
      const { theme: keptTheme = 'system', density: keptDensity = 'comfortable' } = me.preferences
      if (keptTheme === chosen.theme && keptDensity === chosen.density) return
      // It holds on this device also when the account cannot be told.
      call(updateMe, { body: { preferences: { ...me.preferences, ...chosen } } }).then(knowMe, () => undefined)
    }, REST_MS)
  }
  session.subscribe(apply)
  theme.subscribe(keep)
  density.subscribe(keep)
}

function signedInUser(): Me | undefined {
  const now = session.get()
  return now.status === 'signed-in' ? now.user : undefined
}
