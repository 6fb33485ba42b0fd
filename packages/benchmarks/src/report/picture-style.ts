import type { Config } from 'vega-lite'

export const INK = '#1f2328'
export const OURS = '#0b7285'
export const OTHERS = '#aeb6bf'

/** On white by itself, to be read on a light page and on a dark one. */
export const PICTURE_STYLE: { background: string; padding: number; config: Config } = {
  background: 'white',
  padding: 16,
  config: {
    font: 'system-ui, sans-serif',
    view: { stroke: null },
    title: { anchor: 'start', color: INK, fontSize: 13 },
    axis: { labelColor: INK, titleColor: INK, titleFontWeight: 'normal' },
  },
}
