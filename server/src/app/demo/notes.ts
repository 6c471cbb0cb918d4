import { zip } from './zip.ts'

const SHOTS: readonly (readonly string[])[] = [
  ['1', 'Lake from above, still', 'Wide', '24', '05:41', 'Tripod A, do not touch'],
  ['2', 'Ane comes down the steps', 'Full', '50', '06:10', ''],
  ['3', 'Hands on the gauge', 'Close', '85', '06:20', 'Breath visible?'],
  ['4', 'The number is written in a book', 'Close', '85', '06:30', ''],
  ['5', 'The boy throws a stone', 'Medium', '50', '12:30', 'Six stones'],
  ['6', 'Rings reach the frame', 'Wide', '24', '12:35', '60 frames a second'],
  ['7', 'Noon, nothing happens', 'Wide', '24', '12:55', '20 seconds at least'],
  ['8', 'Cloud shadow crosses the face', 'Close', '85', '14:00', 'Wait for it'],
  ['9', 'Boathouse, door half open', 'Medium', '35', '17:20', ''],
  ['10', 'Harmonium, the bellows', 'Close', '85', '17:45', 'Sound only if dark'],
  ['11', 'Golden hour, the same frame', 'Wide', '24', '18:48', 'Tripod A'],
  ['12', 'The boy asleep in the boat', 'Medium', '50', '19:30', ''],
  ['13', 'First light in the window', 'Full', '50', '20:31', ''],
  ['14', 'They row back', 'Wide', '35', '21:04', ''],
  ['15', 'Stars in the water', 'Wide', '16', '23:50', '20 s, ISO 3200'],
  ['16', 'The gauge by torch', 'Close', '85', '23:59', ''],
]

export function shotList(): Buffer {
  const quoted = (cell: string) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
  const rows = [['Shot', 'What', 'Size', 'Focal length (mm)', 'Time', 'Note'], ...SHOTS]
  return Buffer.from(rows.map((row) => row.map(quoted).join(',')).join('\r\n') + '\r\n')
}

export function recceNotes(): Buffer {
  return Buffer.from(`# Recce, Lake Orrin

2 May 2026, Mara and Tomas

- The place for tripod A is the flat stone under the third fir, 40 m above the jetty. Paint mark on the north edge.
- Sun comes over the Fell at 05:41 and leaves by the col at 20:31. The water is still until nine, then a breeze from the west.
- Ane reads the gauge at 06:15 whatever we do. She will not do it twice.
- Power in the boathouse: one socket, 10 A. The harmonium is in tune with itself and with nothing else.
- No signal below the steps. Radios.

## To bring
1. Waders, two pairs
2. Sandbags for the tripod: it stays up all day
3. Something for the boy to do
`)
}

/** The studio's sign, as it goes to printers. */
export function sign(): Buffer {
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 640" width="640" height="640">
  <defs>
    <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#16243f"/><stop offset="0.75" stop-color="#5a7fb0"/><stop offset="1" stop-color="#ffcf8a"/></linearGradient>
    <clipPath id="ring"><circle cx="320" cy="320" r="238"/></clipPath>
  </defs>
  <rect width="640" height="640" fill="#0c1428"/>
  <g clip-path="url(#ring)">
    <rect width="640" height="640" fill="url(#sky)"/>
    <circle cx="320" cy="300" r="70" fill="#ffe3b0"/>
    <path d="M60 400 L180 290 L250 350 L340 250 L430 345 L500 300 L600 400 V600 H60 Z" fill="#5c7cac"/>
    <path d="M60 450 L150 370 L240 430 L330 360 L450 440 L520 390 L600 450 V600 H60 Z" fill="#34507c"/>
    <path d="M60 520 L200 440 L320 500 L420 450 L600 520 V600 H60 Z" fill="#182848"/>
  </g>
  <circle cx="320" cy="320" r="252" fill="none" stroke="#f2f2f2" stroke-width="8"/>
</svg>
`)
}

export function deliverables(): Buffer {
  return zip([
    { name: 'Deliverables/Shot list.csv', bytes: shotList() },
    { name: 'Deliverables/Recce notes.md', bytes: recceNotes() },
    { name: 'Deliverables/Sign.svg', bytes: sign() },
    { name: 'Deliverables/README.txt', bytes: 'What the printer and the editor need. Ask Mara for anything else.\n' },
  ])
}
