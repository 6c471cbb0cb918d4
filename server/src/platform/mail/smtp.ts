import type { Settings } from '../settings.ts'
import { asHtml, asText } from './letter.ts'
import type { MailRow } from './store.ts'

const CONNECT_MS = 10_000
const SILENCE_MS = 30_000
const MAX_REASON = 300
/** RFC 5321 §4.2.1: 5yz is a permanent refusal, 4yz is worth another attempt. */
const PERMANENT = 500
const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/

/**
 * Hands a mail to the server, which takes over the duty to deliver it.
 *
 * A password is never sent in clear but to this machine itself. Its answer, or why there is none, is in what is thrown.
 */
export async function deliver(settings: Settings, mail: MailRow & { body: string }): Promise<void> {
  const { smtp, publicUrl } = settings
  if (smtp === undefined || publicUrl === undefined) throw new Error('SMTP_URL and PUBLIC_URL are not set here')
  const { createTransport } = await import('nodemailer')
  const { host, port, isTls, credentials, from } = smtp
  const transport = createTransport({
    host,
    port,
    secure: isTls,
    requireTLS: !isTls && credentials !== undefined && !LOOPBACK.test(host),
    ...(credentials && { auth: { user: credentials.user, pass: credentials.password } }),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const url = mail.linkPath === null ? undefined : publicUrl.href.replace(/\/$/, '') + mail.linkPath
  const letter = { text: mail.body, ...(url !== undefined && { link: { label: mail.linkLabel ?? url, url } }) }
  try {
    await transport.sendMail({
      envelope: { from: from.address, to: [mail.recipient] },
      from,
      to: { name: '', address: mail.recipient },
      subject: mail.subject,
      date: mail.createdAt,
      messageId: `<${mail.id}@${from.address.split('@')[1] ?? 'trove'}>`,
      // RFC 3834: no holiday note comes back.
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      text: asText(letter),
      html: asHtml(letter),
    })
  } finally {
    transport.close()
  }
}

/** Whether the server has refused this mail for good. A wrong password is for the operator to mend, so it is tried again. */
export function isRefusal(error: unknown): boolean {
  const { code, responseCode } = error as { code?: string; responseCode?: number }
  return code !== 'EAUTH' && typeof responseCode === 'number' && responseCode >= PERMANENT
}

/** In one line, for administrators. */
export function reasonOf(error: unknown): string {
  const { response, message } = error as { response?: string; message?: string }
  return (response ?? message ?? 'unknown').replaceAll(/[\p{Cc}\s]+/gu, ' ').slice(0, MAX_REASON)
}
