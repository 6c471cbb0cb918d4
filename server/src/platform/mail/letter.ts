type Written = { text: string; link?: { label: string; url: string } }

const MARKS: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (mark) => MARKS[mark] ?? '')

const BODY =
  'margin:0;padding:24px;background:#f4f4f5;color:#18181b;font:15px/1.5 system-ui,-apple-system,Segoe UI,Roboto,sans-serif'
const CARD = 'max-width:520px;margin:0 auto;padding:24px;background:#ffffff;border-radius:10px'
const BUTTON =
  'display:inline-block;padding:10px 18px;border-radius:6px;background:#1d4ed8;color:#ffffff;font-weight:600;text-decoration:none'
const SMALL = 'color:#52525b;font-size:13px;word-break:break-all'

export const asText = ({ text, link }: Written): string =>
  link === undefined ? `${text}\n` : `${text}\n\n${link.label}:\n${link.url}\n`

/** The same words, with the link as a button. It loads nothing from anywhere, so that opening it tells nobody. */
export function asHtml({ text, link }: Written): string {
  const paragraphs = text.split(/\n{2,}/).map((one) => `<p>${escape(one).replaceAll('\n', '<br>')}</p>`)
  const button =
    link === undefined
      ? ''
      : `<p><a style="${BUTTON}" href="${escape(link.url)}">${escape(link.label)}</a></p><p style="${SMALL}">${escape(link.url)}</p>`
  return `<!doctype html><html><head><meta charset="utf-8"></head><body style="${BODY}"><div style="${CARD}">${paragraphs.join('')}${button}</div></body></html>`
}
