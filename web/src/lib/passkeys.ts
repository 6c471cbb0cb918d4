type Options = Record<string, unknown>
type Credential = Record<string, unknown>

/** Whether this browser can use passkeys here: only on https and on this machine. */
export const hasPasskeys = (): boolean => 'PublicKeyCredential' in globalThis

/**
 * Asks the browser for a passkey that answers.
 *
 * @returns what the server is to judge; undefined when the person thought better of it
 */
export async function answerWithPasskey(options: Options): Promise<Credential | undefined> {
  const { startAuthentication } = await import('@simplewebauthn/browser')
  return unlessCancelled(startAuthentication({ optionsJSON: options as never }))
}

/** Asks the browser for a new passkey. @returns undefined when the person thought better of it */
export async function makePasskey(options: Options): Promise<Credential | undefined> {
  const { startRegistration } = await import('@simplewebauthn/browser')
  return unlessCancelled(startRegistration({ optionsJSON: options as never }))
}

async function unlessCancelled(work: Promise<object>): Promise<Credential | undefined> {
  try {
    return { ...(await work) }
  } catch (error) {
    const { name } = error as Error
    if (name === 'NotAllowedError' || name === 'AbortError') return undefined
    if (name === 'InvalidStateError')
      throw new Error('This device has a passkey for the account already.', { cause: error })
    if (name === 'SecurityError')
      throw new Error('Passkeys work only at the proper address of this installation, over https.', { cause: error })
    throw error
  }
}
