import { hex, scaled, type Colour, type Development } from '../draw/canvas.ts'
import type { Sky } from '../draw/sky.ts'
import type { Air, Ground } from '../draw/terrain.ts'

/** The light of an hour: sky, sun, air, and how the picture is developed. */
export type Mood = {
  sky: Omit<Sky, 'seed'>
  /** Where the ground's light comes from, as azimuth, elevation and towards: in heights of the picture from its middle. */
  light: { azimuth: number; elevation: number; isBehind?: boolean; colour: Colour; ambient: Colour }
  air: Air
  development: Development
}

const sun = (azimuth: number, elevation: number, code: string, glow = 1) => ({
  azimuth,
  elevation,
  colour: hex(code),
  glow,
})

export const moods = {
  dawn: {
    sky: {
      zenith: hex('#3c4f86'),
      middle: hex('#b79ac0'),
      horizon: hex('#ffc9a0'),
      sun: sun(-0.4, 0.05, '#ffb27a', 0.9),
      clouds: { cover: 0.42, lit: hex('#ffd3bd'), shade: hex('#8a7da8') },
    },
    light: { azimuth: -1.3, elevation: 0.4, colour: scaled(hex('#ffb98a'), 3), ambient: scaled(hex('#8796c8'), 0.62) },
    air: { colour: hex('#dcb7b4'), density: 0.85, fog: { colour: hex('#f0cfc0'), top: 0.05, density: 2.6 } },
    development: { exposure: 1.12, saturation: 1.08 },
  },
  morning: {
    sky: {
      zenith: hex('#2f6bb0'),
      middle: hex('#86b4de'),
      horizon: hex('#e6eef2'),
      sun: sun(0.55, 0.42, '#fff0d0', 0.5),
      clouds: { cover: 0.5, lit: hex('#ffffff'), shade: hex('#a9bbd0') },
    },
    light: { azimuth: 1.5, elevation: 0.9, colour: scaled(hex('#fff0d6'), 3.1), ambient: scaled(hex('#9fc0ea'), 0.6) },
    air: { colour: hex('#c6d8e8'), density: 0.6 },
    development: { exposure: 1.08, saturation: 1.04 },
  },
  noon: {
    sky: {
      zenith: hex('#1f5aa6'),
      middle: hex('#5f9fdc'),
      horizon: hex('#cfe4f0'),
      clouds: { cover: 0.62, lit: hex('#ffffff'), shade: hex('#9db0c8') },
    },
    light: {
      azimuth: -0.9,
      elevation: 1.3,
      isBehind: true,
      colour: scaled(hex('#fff8ea'), 2.4),
      ambient: scaled(hex('#a3c4f2'), 0.66),
    },
    air: { colour: hex('#bcd4ea'), density: 0.55 },
    development: { exposure: 1.08, saturation: 1.04 },
  },
  golden: {
    sky: {
      zenith: hex('#4d6f9e'),
      middle: hex('#e0b48c'),
      horizon: hex('#ffcf86'),
      sun: sun(0.42, 0.13, '#ffc47a', 1.25),
      clouds: { cover: 0.4, lit: hex('#ffdca8'), shade: hex('#a98a80') },
    },
    light: {
      azimuth: 1.4,
      elevation: 0.42,
      colour: scaled(hex('#ffbe70'), 3.4),
      ambient: scaled(hex('#9d95b4'), 0.55),
    },
    air: { colour: hex('#f0c890'), density: 1 },
    development: { exposure: 1.05, saturation: 1.12, bloom: 0.4 },
  },
  dusk: {
    sky: {
      zenith: hex('#232c52'),
      middle: hex('#6c5a82'),
      horizon: hex('#ff8f6a'),
      sun: sun(0.1, -0.02, '#ff6f4a', 1),
      clouds: { cover: 0.58, lit: hex('#ff9f8a'), shade: hex('#4a3a6a') },
      stars: 0.15,
    },
    light: { azimuth: 0.6, elevation: 0.2, colour: scaled(hex('#ff8a6a'), 1.6), ambient: scaled(hex('#6a62a0'), 0.6) },
    air: { colour: hex('#b0708a'), density: 1.1 },
    development: { exposure: 1.12, saturation: 0.9 },
  },
  blue: {
    sky: {
      zenith: hex('#0d1c44'),
      middle: hex('#34548f'),
      horizon: hex('#a7b6cf'),
      stars: 0.35,
      clouds: { cover: 0.32, lit: hex('#7d92bd'), shade: hex('#2a3c68') },
    },
    light: {
      azimuth: -0.8,
      elevation: 0.8,
      colour: scaled(hex('#90a8d8'), 0.7),
      ambient: scaled(hex('#4d68a8'), 0.62),
    },
    air: { colour: hex('#6d86b4'), density: 1.2, fog: { colour: hex('#8496bd'), top: 0.045, density: 2.4 } },
    development: { exposure: 1.2, saturation: 1.02 },
  },
  night: {
    sky: {
      zenith: hex('#05081a'),
      middle: hex('#101a3a'),
      horizon: hex('#2c3a5c'),
      stars: 0.9,
      milkyWay: 1.5,
    },
    light: { azimuth: -1, elevation: 0.9, colour: scaled(hex('#8fa8d8'), 0.2), ambient: scaled(hex('#2c3c68'), 0.2) },
    air: { colour: hex('#18223e'), density: 1 },
    development: { exposure: 1.6, saturation: 1.05, grain: 0.028, vignette: 0.4 },
  },
  aurora: {
    sky: {
      zenith: hex('#040a18'),
      middle: hex('#0a1c30'),
      horizon: hex('#1c3c44'),
      stars: 0.7,
      aurora: { colour: hex('#4dffa0'), upper: hex('#a060ff'), strength: 0.95 },
    },
    light: { azimuth: 0, elevation: 1.2, colour: scaled(hex('#70ffb8'), 0.3), ambient: scaled(hex('#2c5c60'), 0.26) },
    air: { colour: hex('#143038'), density: 0.9 },
    development: { exposure: 1.5, saturation: 1.05, grain: 0.026, vignette: 0.35 },
  },
  storm: {
    sky: {
      zenith: hex('#3c4450'),
      middle: hex('#6c7680'),
      horizon: hex('#c4c6c2'),
      clouds: { cover: 0.95, lit: hex('#b4babf'), shade: hex('#4a525c'), scale: 0.8 },
    },
    light: { azimuth: 0.4, elevation: 1.4, colour: scaled(hex('#d4d8dc'), 1), ambient: scaled(hex('#8c98a8'), 0.62) },
    air: { colour: hex('#a4acb2'), density: 1.5, fog: { colour: hex('#b4babf'), top: 0.06, density: 1.8 } },
    development: { exposure: 1.1, saturation: 0.82, vignette: 0.4 },
  },
  mist: {
    sky: {
      zenith: hex('#b4c2cc'),
      middle: hex('#ccd6dc'),
      horizon: hex('#e6e6e0'),
      sun: sun(-0.15, 0.3, '#fff4d8', 0.35),
    },
    light: { azimuth: -0.6, elevation: 0.9, colour: scaled(hex('#fff2da'), 1.1), ambient: scaled(hex('#b4c2cc'), 0.6) },
    air: { colour: hex('#d6dcde'), density: 2.6, fog: { colour: hex('#e4e6e4'), top: 0.08, density: 4.5 } },
    development: { exposure: 1, saturation: 0.92, fade: 0.02, vignette: 0.15 },
  },
} as const satisfies Record<string, Mood>

export type MoodName = keyof typeof moods

export const grounds = {
  alpine: { low: hex('#3b4d2c'), high: hex('#65654a'), rock: hex('#7a7268'), snow: hex('#f6f8ff'), snowLine: 0.52 },
  winter: { low: hex('#dfe6f0'), high: hex('#eef2f8'), rock: hex('#6c6a70'), snow: hex('#f6f8ff'), snowLine: 0.05 },
  meadow: { low: hex('#4f6636'), high: hex('#848a54'), rock: hex('#86806a') },
  autumn: { low: hex('#6c4228'), high: hex('#96703c'), rock: hex('#7c6a58') },
  sand: { low: hex('#d29a5c'), high: hex('#e8b878'), rock: hex('#c88a50') },
  redRock: { low: hex('#a8542c'), high: hex('#d08a54'), rock: hex('#8c3c20') },
  coast: { low: hex('#566440'), high: hex('#4a5a3a'), rock: hex('#6e685e') },
  basalt: { low: hex('#3c4434'), high: hex('#4c4c44'), rock: hex('#34322f'), snow: hex('#eef2f6'), snowLine: 0.62 },
} as const satisfies Record<string, Ground>

export type GroundName = keyof typeof grounds
