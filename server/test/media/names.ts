import { noise } from './binaries.ts'
import { gz } from './documents.ts'
import { svg } from './hostile.ts'
import { image } from './images.ts'

/** A file's name, and whether it is kept exactly as it is or refused. */
export type NameCase = { name: string; isAccepted: boolean; why: string }

const accepted = (why: string, ...names: string[]): NameCase[] => names.map((name) => ({ name, isAccepted: true, why }))
const refused = (why: string, ...names: string[]): NameCase[] => names.map((name) => ({ name, isAccepted: false, why }))

const FAMILY = '👩‍👩‍👧‍👦'

/** What people and attackers call their files. A name is text, never a path: it is kept or refused, never changed. */
export const names: readonly NameCase[] = [
  ...accepted('ordinary', 'photo.jpg', 'Photo 1.JPG', 'a', '1', 'no extension', 'archive.tar.gz', 'IMG_0001 (2).jpeg', 'x.y.z.jpg'),
  ...accepted('dots', '.hidden', '.jpg', '...', '....', '..a', 'a..', 'a.', '..jpg', '.. ', ' ..', '. .', '.gitignore'),
  ...accepted('blanks at the edges', ' photo.jpg', 'photo.jpg ', 'photo .jpg', '  a  b  ', '\u00a0photo.jpg', '\u3000photo.jpg', '\u2003'),
  ...accepted('other scripts', 'фото.jpg', '写真.jpg', '사진.jpg', 'صورة.jpg', 'תמונה.jpg', 'รูปถ่าย.jpg', 'चित्र.jpg', 'ფოტო.jpg', 'φωτο.jpg', 'ảnh đẹp.jpg'),
  ...accepted('two ways to write é, kept apart', 'caf\u00e9.jpg', 'cafe\u0301.jpg'),
  ...accepted('compatibility characters', '\ufb01le.jpg', '\u00c5.jpg', '\u212b.jpg', 'ｆｕｌｌ.jpg', '½.jpg', 'ß.jpg', 'İ.jpg', 'ı.jpg', 'ǆ.jpg'),
  ...accepted('emoji', '🌲.jpg', '🏳️‍🌈.png', `${FAMILY}.jpg`, '👍🏽', '1️⃣.txt', '🇫🇷🇩🇪.jpg', '❤️.png', '☕', '🫠.gif'),
  ...accepted('many marks on one letter', `Z${'\u0351\u036b\u0343'.repeat(20)}.jpg`),
  ...accepted('direction', 'photo\u202egpj.exe.jpg', '\u200frtl.jpg', '\u2066isolated\u2069.jpg', 'a\u202db\u202cc.jpg', '\u061cx.txt'),
  ...accepted('nothing to see', 'zero\u200bwidth.jpg', '\ufeffbom.jpg', 'soft\u00adhyphen.jpg', '\u2060', '\u3164.jpg', 'joiner\u200d.jpg', 'fill\u115f.jpg'),
  ...accepted('separators of lines that are no control characters', 'line\u2028separator.jpg', 'paragraph\u2029separator.jpg'),
  ...accepted('looks like a slash and is none', 'a\u2044b.jpg', 'a\u2215b.jpg', 'a\uff0fb.jpg', 'a\uff3cb.jpg', 'a\u29f8b.jpg', '\uff0e\uff0e.jpg', '\u2025', '\u2024\u2024'),
  ...accepted('escapes of paths', '..%2f..%2fetc%2fpasswd', '%2e%2e', '%00.jpg', '%252e%252e%252f', '..%c0%af', '..%255c', '&#46;&#46;&#47;', '\u{1f4c1}..'),
  ...accepted('quotes and delimiters', "it's.jpg", 'say "hello".jpg', '`date`.jpg', '“quoted”.jpg', 'a;b.jpg', 'a,b.jpg', 'a=b&c=d.jpg', 'a?b#c.jpg', 'a|b.jpg', 'a*b.jpg', '{a}[b](c).jpg', 'a:b.jpg', '<>.jpg', '100% sure.jpg', '50%.jpg', '%.jpg', '%zz.jpg', 'a+b.jpg', '~', '~root', '$HOME.jpg', '%PATH%.jpg', '!important.jpg', '@me.jpg', '^caret.jpg', '#hash.jpg', '&amp;.jpg'),
  ...accepted('commands', '$(touch trove-x).jpg', '; rm -rf .jpg', '| cat', '&& id.jpg', '-rf', '--help', '-o ProxyCommand=x.jpg', '@-', '%s%n%x.jpg', '${jndi:ldap:x}.jpg', '{{7*7}}.jpg', '<%= 7*7 %>.jpg', '#{7*7}.jpg', '%{7*7}.jpg'),
  ...accepted('markup', '<script>alert(1)<script>.jpg', '"><img src=x onerror=alert(1)>.jpg', "'onload='alert(1).svg", 'javascript:alert(1).jpg', '<!--.jpg', ']]>.jpg', '<svg onload=alert(1)>.png'),
  ...accepted('SQL', "'; drop table file; --.jpg", "' or '1'='1.jpg", '%_like_%.jpg', "Robert'); DROP TABLE students;--.jpg", '" or ""="', '$$.jpg', "E'x'.jpg"),
  ...accepted('formulas of spreadsheets', '=cmd|x!A0.csv', '+1+1.csv', '@SUM(A1).csv', '=HYPERLINK("x")', '-2+3.csv'),
  ...accepted('reserved on Windows', 'CON', 'con.jpg', 'PRN.txt', 'AUX', 'NUL', 'nul.png', 'COM1', 'LPT9.jpg', 'CONIN$', 'clock$', 'desktop.ini', 'file.txt:stream', 'trailing dot.'),
  ...accepted('words of programs', 'null', 'undefined', 'NaN', 'true', 'None', '__proto__', 'constructor', 'toString', 'hasOwnProperty', '__proto__.jpg', '-1', '0', '1e1000', '0x41', '[object Object]', 'new', 'index.html'),
  ...accepted('what headers are made of', 'a; filename=b.jpg', 'a"; filename="b.html', "UTF-8''x.jpg", '=?utf-8?B?eA==?=.jpg'),
  ...accepted('as long as may be', 'a'.repeat(255), `${'b'.repeat(251)}.jpg`, 'ü'.repeat(255), '漢'.repeat(255), '🌲'.repeat(255), `${'🌲'.repeat(251)}.jpg`),
  ...accepted('outside the first plane, unassigned or private', '𝕋𝕣𝕠𝕧𝕖.jpg', '\u{10ffff}.jpg', '\ue000.jpg', '\ufffe.jpg', '\ufffd.jpg', '\u{e0041}tag.jpg'),

  ...refused('empty', ''),
  ...refused('a place, not a name', '.', '..'),
  ...refused('longer than 255 characters', 'a'.repeat(256), `${'b'.repeat(252)}.jpg`, 'ü'.repeat(256), '漢'.repeat(300), '🌲'.repeat(256), 'a'.repeat(4096), 'a'.repeat(100_000)),
  ...refused('a separator of paths', '/', '\\', 'a/b.jpg', 'a\\b.jpg', '/etc/passwd', '../etc/passwd', '..\\..\\windows\\win.ini', 'C:\\photo.jpg', '\\\\server\\share\\a.jpg', 'photo.jpg/', './photo.jpg', '....//x.jpg', 'file:///etc/passwd', 'http://127.0.0.1/a.jpg', '</script>.jpg'),
  ...refused('a control character', 'a\0.jpg', '\0', 'photo.jpg\0.exe', 'a\nb.jpg', 'a\rb.jpg', 'a\r\nSet-Cookie: x=1.jpg', 'a\tb.jpg', '\u0001.jpg', 'a\u001b[31mred.jpg', 'a\bb.jpg', 'bell\u0007.jpg', 'delete\u007f.jpg', '\n', '\u001f'),
  ...refused('a control character of the second set', 'a\u0080b.jpg', 'next\u0085line.jpg', 'csi\u009b31m.jpg'),
  ...refused('half a character', 'a\ud800.jpg', '\udc00.jpg', 'a\ud83cb.jpg', '\udf32\ud83c.jpg'),
]

/** Bytes that are no UTF-8, as a client may put them (in Base64) into the metadata of an upload; all are refused. */
export const namesThatAreNoText: readonly Buffer[] = [
  Buffer.from('ff', 'hex'),
  Buffer.from('c0ae2e6a7067', 'hex'),
  Buffer.from('c0af2e6a7067', 'hex'),
  Buffer.from('61c3', 'hex'),
  Buffer.from('eda0802e6a7067', 'hex'),
  Buffer.from('f4908080', 'hex'),
  Buffer.from('e280', 'hex'),
  Buffer.from('6d616e6eed2e6a7067', 'hex'),
  Buffer.from('f8808080802f', 'hex'),
]

/** Bytes that a file of this name may have, so that only the name is judged. */
export function bytesFor(name: string): Promise<Buffer> | Buffer {
  const size = { widthPixels: 16, heightPixels: 12 }
  const extension = /\.([a-z0-9]+)[. ]*$/i.exec(name)?.[1]?.toLowerCase() ?? ''
  if (extension === 'jpg' || extension === 'jpeg') return image('jpeg', size)
  if (extension === 'png' || extension === 'gif') return image(extension, size)
  if (extension === 'svg') return svg()
  if (extension === 'gz') return gz()
  return extension === '' ? noise(100) : Buffer.from('Some text.\n')
}
