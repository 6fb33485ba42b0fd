import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import { formatFigure } from '../lib/markdown-table.ts'
import { INK, OTHERS, OURS, PICTURE_STYLE } from './picture-style.ts'

export interface Chart {
  /** What the bars measure, with the unit. */
  readonly measure: string
  /** Logarithmic where some bars would be too short to see beside others. */
  readonly scale: 'linear' | 'log'
  readonly panels: readonly Panel[]
}

export interface Panel {
  readonly title: string
  readonly bars: readonly { readonly name: string; readonly figure: number }[]
}

/** Horizontal bars, one panel above the other. */
export function renderChart(chart: Chart): Promise<string> {
  return new View(parse(compile(specOf(chart)).spec), { renderer: 'none' }).toSVG()
}

function specOf({ measure, scale, panels }: Chart): TopLevelSpec {
  const figures = panels.flatMap(({ bars }) => bars.map(({ figure }) => figure))
  const start = scale === 'log' ? 10 ** Math.floor(Math.log10(Math.min(...figures))) : 0
  return {
    ...PICTURE_STYLE,
    spacing: 24,
    resolve: { scale: { x: scale === 'log' ? 'shared' : 'independent' } },
    vconcat: panels.map(({ title, bars }) => ({
      title,
      width: 420,
      height: { step: 20 },
      data: { values: bars.map((bar) => ({ ...bar, label: formatFigure(bar.figure) })) },
      encoding: {
        y: {
          field: 'name',
          type: 'nominal',
          sort: null,
          axis: {
            title: null,
            domain: false,
            ticks: false,
            labelPadding: 8,
            labelLimit: 280,
            minExtent: 280,
            maxExtent: 280,
            labelFontWeight: {
              condition: { test: 'test(/gatewarden/, datum.value)', value: 'bold' },
              value: 'normal',
            },
          },
        },
        x: {
          field: 'figure',
          type: 'quantitative',
          scale: { type: scale, domainMin: start, nice: false },
          axis: {
            title: scale === 'log' ? `${measure} (logarithmic)` : measure,
            grid: false,
            tickCount: 5,
            format: '~s',
          },
        },
      },
      layer: [
        {
          mark: { type: 'bar', height: 14 },
          encoding: {
            x2: { datum: start },
            color: {
              condition: { test: 'test(/gatewarden/, datum.name)', value: OURS },
              value: OTHERS,
            },
          },
        },
        {
          mark: { type: 'text', align: 'left', dx: 4, color: INK },
          encoding: { text: { field: 'label' } },
        },
      ],
    })),
  }
}
