import type { Dither, PALETTE_NAMES } from './contract';

/** Red, green, blue: 0 to 255 each. */
export type Rgb = readonly [number, number, number];

const WEB_LEVELS = [0x00, 0x33, 0x66, 0x99, 0xcc, 0xff];

/** The named palettes. Their order matters: of equally near colours the first one is taken. */
const PALETTES: Record<(typeof PALETTE_NAMES)[number], readonly Rgb[]> = {
  'black-white': greys(2),
  'greys-4': greys(4),
  'greys-16': greys(16),
  'cga-16': [
    '#000000',
    '#0000aa',
    '#00aa00',
    '#00aaaa',
    '#aa0000',
    '#aa00aa',
    '#aa5500',
    '#aaaaaa',
    '#555555',
    '#5555ff',
    '#55ff55',
    '#55ffff',
    '#ff5555',
    '#ff55ff',
    '#ffff55',
    '#ffffff',
  ].map(parseColour),
  'web-216': WEB_LEVELS.flatMap((red) =>
    WEB_LEVELS.flatMap((green) => WEB_LEVELS.map((blue): Rgb => [red, green, blue])),
  ),
};

/** The colours of a palette given by name or as `#rrggbb`, in order. */
export function paletteColours(palette: Dither['palette']): readonly Rgb[] {
  return typeof palette === 'string' ? PALETTES[palette] : palette.map(parseColour);
}

function parseColour(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 0xff, value & 0xff];
}

/** Evenly spaced from black to white. */
function greys(count: number): Rgb[] {
  return Array.from({ length: count }, (_, index) => {
    const level = (index * 255) / (count - 1);
    return [level, level, level];
  });
}
