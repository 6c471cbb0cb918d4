import { pdf } from './pdf.ts'
import { between, randomFrom } from './random.ts'
import {
  A4,
  AMBER,
  BLUE,
  box,
  clipped,
  disc,
  frame,
  GREY,
  INK,
  MARGIN,
  NIGHT,
  pageOf,
  PALE,
  paragraph,
  polygon,
  rule,
  sheet,
  stroke,
  write,
  type Point,
  type Shade,
  type Sheet,
} from './type.ts'

/** The written plan of a film: a cover, three pages of text, a timetable. */
export function treatment(): Buffer {
  const chapters: readonly (readonly [string, readonly string[]])[] = [
    [
      'What it is',
      [
        'A film of nine minutes about one lake and one day. The camera stands in a single place above Lake Orrin and does not move. The light does: it comes from behind the Fell at twenty to six, stands over the water at noon, and leaves by way of the western col sixteen hours later.',
        'There is no narrator. What is said is said by the two people who live there: Ane, who reads the level of the water for the power company every morning, and her grandson, who does not see why anybody would.',
      ],
    ],
    [
      'How it looks',
      [
        'Seven set-ups of the same frame, at dawn, in the morning, at noon, in the golden hour, at dusk, in the blue hour and at night. They dissolve into each other slowly enough for nobody to see it happen. Between them: close work on ice, bark, hands and instruments, never wider than a face.',
        'Colour is left as it falls. Shadows stay open; nothing is pushed towards teal. The night is a real night, exposed for the stars.',
      ],
    ],
    [
      'How it sounds',
      [
        'Water first, wind second, people third. The theme is three chords on a harmonium recorded in the boathouse, stretched until the breath in it is longer than a shot.',
      ],
    ],
  ]
  const pages = [cover(), ...chapters.map(([title, texts], i) => chapter(title, texts, i + 2)), timetable()]
  return pdf(pages.map(pageOf), { title: 'The Long Blue Hour: treatment', author: 'Northlight Studio' })
}

function cover(): Sheet {
  const page = sheet(A4.width, A4.height)
  box(page, { x: 0, y: 0, width: A4.width, height: A4.height }, NIGHT)
  disc(page, 410, 250, 74, [0.98, 0.9, 0.74])
  ranges(page, 'cover', { x: 0, y: 300, width: A4.width, height: 300 }, [
    [0.28, 0.36, 0.52],
    [0.2, 0.27, 0.43],
    [0.14, 0.2, 0.34],
    [0.1, 0.14, 0.26],
  ])
  box(page, { x: 0, y: 560, width: A4.width, height: 282 }, [0.05, 0.07, 0.14])
  write(page, 'The Long Blue Hour', { x: MARGIN, y: 640, size: 38, font: 'F2', colour: [1, 1, 1] })
  write(page, 'A treatment for a film of nine minutes', { x: MARGIN, y: 668, size: 14, colour: [0.75, 0.8, 0.9] })
  write(page, 'NORTHLIGHT STUDIO', {
    x: MARGIN,
    y: 780,
    size: 9,
    font: 'F2',
    colour: [0.98, 0.86, 0.62],
    tracking: 1.8,
  })
  write(page, 'Third draft, 2 May 2026', {
    x: A4.width - MARGIN,
    y: 780,
    size: 9,
    colour: [0.75, 0.8, 0.9],
    align: 'right',
  })
  return page
}

function chapter(title: string, texts: readonly string[], number: number): Sheet {
  const page = sheet(A4.width, A4.height)
  write(page, 'THE LONG BLUE HOUR', { x: MARGIN, y: 60, size: 8, font: 'F2', colour: GREY, tracking: 1.4 })
  rule(page, { x: MARGIN, y: 72, width: A4.width - 2 * MARGIN }, PALE)
  write(page, title, { x: MARGIN, y: 132, size: 28, font: 'F2', colour: INK })
  let y = 176
  for (const text of texts)
    y =
      paragraph(page, text, { x: MARGIN, y, size: 12.5, font: 'F3', width: A4.width - 2 * MARGIN - 30, leading: 20 }) +
      10
  const picture = { x: MARGIN, y: Math.max(y + 24, 420), width: A4.width - 2 * MARGIN, height: 230 }
  const hour = number - 2
  const skies: readonly Shade[] = [
    [0.95, 0.8, 0.72],
    [0.62, 0.76, 0.9],
    [0.2, 0.26, 0.46],
  ]
  clipped(page, picture, () => {
    box(page, picture, skies[hour] ?? BLUE)
    disc(
      page,
      picture.x + 110 + hour * 130,
      picture.y + 70 - hour * 12,
      24,
      hour === 2 ? [0.93, 0.94, 0.98] : [1, 0.94, 0.8],
    )
    const dark = 1 - hour * 0.22
    ranges(
      page,
      title,
      { ...picture, y: picture.y + 60, height: 200 },
      [0.74, 0.56, 0.4, 0.26].map((shade) => [shade * dark * 0.9, shade * dark * 0.98, shade * dark * 1.12]),
    )
  })
  write(page, `Key frame ${number - 1}: ${['dawn', 'morning', 'blue hour'][hour] ?? ''}`, {
    x: MARGIN,
    y: picture.y + picture.height + 18,
    size: 9,
    font: 'F4',
    colour: GREY,
  })
  write(page, String(number), { x: A4.width - MARGIN, y: 790, size: 9, colour: GREY, align: 'right' })
  return page
}

function timetable(): Sheet {
  const page = sheet(A4.width, A4.height)
  write(page, 'THE LONG BLUE HOUR', { x: MARGIN, y: 60, size: 8, font: 'F2', colour: GREY, tracking: 1.4 })
  rule(page, { x: MARGIN, y: 72, width: A4.width - 2 * MARGIN }, PALE)
  write(page, 'When', { x: MARGIN, y: 132, size: 28, font: 'F2', colour: INK })
  const rows: readonly (readonly [string, number, number, Shade])[] = [
    ['Recce and permits', 0, 3, PALE],
    ['Stills of the seven hours', 2, 2, AMBER],
    ['Principal photography', 4, 3, BLUE],
    ['Night work', 6, 1, NIGHT],
    ['Edit', 7, 4, BLUE],
    ['Sound and music', 9, 3, AMBER],
    ['Grade and delivery', 11, 1, INK],
  ]
  const left = MARGIN + 150
  const week = (A4.width - MARGIN - left) / 12
  for (let i = 0; i < 12; i++)
    write(page, String(i + 1), { x: left + week * (i + 0.5), y: 178, size: 8, colour: GREY, align: 'center' })
  rows.forEach(([name, from, length, colour], i) => {
    const y = 196 + i * 34
    write(page, name, { x: MARGIN, y: y + 15, size: 11, colour: INK })
    rule(page, { x: MARGIN, y: y + 28, width: A4.width - 2 * MARGIN }, [0.93, 0.93, 0.94])
    box(page, { x: left + week * from, y: y + 3, width: week * length - 3, height: 17 }, colour)
  })
  write(page, 'Weeks from the first of May 2026', { x: left, y: 456, size: 9, font: 'F4', colour: GREY })
  write(page, '5', { x: A4.width - MARGIN, y: 790, size: 9, colour: GREY, align: 'right' })
  return page
}

const shots = [
  'Lake from above, still. Mist moves.',
  'Ane comes down the steps, from behind.',
  'Hands on the gauge. Breath.',
  'The number is written in a book.',
  'The boy throws a stone: rings.',
  'Rings reach the frame, all of them.',
  'Noon. Nothing happens, 20 s.',
  'Cloud shadow crosses the face.',
  'Boathouse, door half open.',
  'Harmonium: the bellows only.',
  'Golden hour, the same frame.',
  'The boy, asleep in the boat.',
  'First light in the window.',
  'Blue hour. They row back.',
  'Stars in the water.',
  'The gauge, at night, by torch.',
] as const

/** Four pages of four frames, drawn with a few strokes each. */
export function storyboard(): Buffer {
  const pages = Array.from({ length: 4 }, (_, p) => {
    const page = sheet(A4.height, A4.width)
    write(page, 'The Long Blue Hour', { x: 48, y: 50, size: 15, font: 'F2', colour: INK })
    write(page, `Storyboard, page ${p + 1} of 4`, { x: A4.height - 48, y: 50, size: 9, colour: GREY, align: 'right' })
    for (let i = 0; i < 4; i++) {
      const index = p * 4 + i
      const at = { x: 48 + (i % 2) * 384, y: 74 + Math.floor(i / 2) * 252, width: 362, height: 204 }
      clipped(page, at, () => sketch(page, at, index))
      frame(page, at, INK, 1.2)
      write(page, String(index + 1), { x: at.x, y: at.y + 222, size: 10, font: 'F2', colour: BLUE })
      write(page, shots[index] ?? '', { x: at.x + 22, y: at.y + 222, size: 10, colour: INK })
    }
    return pageOf(page)
  })
  return pdf(pages, { title: 'The Long Blue Hour: storyboard', author: 'Northlight Studio' })
}

type Area = { x: number; y: number; width: number; height: number }

function sketch(page: Sheet, at: Area, index: number): void {
  const random = randomFrom(`shot ${index}`)
  const tone = 0.97 - (index / 16) * 0.5
  box(page, at, [tone * 0.96, tone * 0.98, tone])
  const light: Shade = [tone * 0.98, tone * 0.96, tone * 0.9]
  const isClose = index % 4 === 2 || index === 9
  if (!isClose) {
    disc(page, at.x + at.width * (0.15 + 0.7 * (index / 16)), at.y + 48, 17, [1, 0.96, 0.86])
    ranges(
      page,
      `shot ${index}`,
      { ...at, y: at.y + 46, height: 96 },
      [0.82, 0.66, 0.5].map((shade) => [shade * tone, shade * tone, shade * tone]),
    )
    box(page, { x: at.x, y: at.y + 138, width: at.width, height: 66 }, [tone * 0.78, tone * 0.82, tone * 0.88])
    for (let i = 0; i < 9; i++) {
      const x = at.x + between(random, 10, at.width - 70)
      const y = at.y + between(random, 146, 198)
      stroke(
        page,
        [
          [x, y],
          [x + between(random, 16, 60), y],
        ],
        light,
        1.4,
      )
    }
    if (index % 3 === 1 || index === 13) person(page, at.x + at.width * between(random, 0.3, 0.7), at.y + 168, 44)
    return
  }
  const middle: Point = [at.x + at.width / 2, at.y + at.height / 2]
  for (let ring = 6; ring > 0; ring--)
    disc(page, middle[0], middle[1], ring * 19, [
      tone * (0.5 + ring * 0.075),
      tone * (0.52 + ring * 0.073),
      tone * (0.56 + ring * 0.068),
    ])
  stroke(
    page,
    [
      [middle[0], middle[1]],
      [middle[0] + 58, middle[1] - 50],
    ],
    INK,
    3,
  )
}

function person(page: Sheet, x: number, y: number, height: number): void {
  disc(page, x, y - height, height * 0.13, INK)
  polygon(
    page,
    [
      [x - height * 0.16, y - height * 0.82],
      [x + height * 0.16, y - height * 0.82],
      [x + height * 0.22, y],
      [x - height * 0.22, y],
    ],
    INK,
  )
}

/** Ridges one before the other, in the colours given from far to near. */
function ranges(page: Sheet, seed: string, at: Area, colours: readonly (readonly number[])[]): void {
  const random = randomFrom(`ranges ${seed}`)
  colours.forEach((colour, row) => {
    const base = at.y + (at.height * (row + 1)) / (colours.length + 1)
    const points: Point[] = [[at.x, at.y + at.height]]
    let y = base
    for (let i = 0; i <= 26; i++) {
      y += between(random, -1, 1) * at.height * 0.085 + (base - y) * 0.25
      points.push([at.x + (at.width * i) / 26, y])
    }
    points.push([at.x + at.width, at.y + at.height])
    polygon(page, points, [colour[0] ?? 0, colour[1] ?? 0, colour[2] ?? 0])
  })
}
