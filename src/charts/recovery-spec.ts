import type { Spec } from 'vega';
import type { RecoverySeries } from './recovery-series.ts';

export const FONT = 'DejaVu Sans';
const WIDTH = 620;
const HEIGHT = 220;
const INK = '#1d1c1d';
const FAINT = '#8d8d92';
const LINE = '#b3261e';
const GOOD = '#007a5a';
/** The scale never ends at the highest point: a line at the very edge reads as one that goes on. */
const HEADROOM = 1.15;
const RATE_MIN = 0.05;

/** The picture as a description for the chart library: the error rate over time, the action, and the limit of recovery. */
export function recoverySpec({ service, actionId, samples, effectMs, limit }: RecoverySeries): Spec {
  const highest = Math.max(RATE_MIN, limit, ...samples.map(({ rate }) => rate ?? 0));
  const known = { values: samples.map(({ atMs, rate }) => ({ at: atMs, rate })) };
  const text = { font: FONT, fontSize: 12 };
  return {
    width: WIDTH,
    height: HEIGHT,
    padding: 16,
    background: '#ffffff',
    autosize: 'pad',
    title: { text: `${service}: error rate before and after ${actionId}`, font: FONT, fontSize: 14, color: INK, anchor: 'start' },
    config: { axis: { labelFont: FONT, titleFont: FONT, labelColor: INK, titleColor: INK, gridColor: '#ececec' } },
    data: [{ name: 'samples', ...known }],
    scales: [
      { name: 'x', type: 'utc', range: 'width', domain: { data: 'samples', field: 'at' } },
      { name: 'y', type: 'linear', range: 'height', domain: [0, Math.min(1, highest * HEADROOM)], nice: true, zero: true },
    ],
    axes: [
      { orient: 'bottom', scale: 'x', format: '%H:%M:%S', title: 'UTC', tickCount: 6 },
      { orient: 'left', scale: 'y', format: '.0%', grid: true, tickCount: 5 },
    ],
    marks: [
      {
        type: 'rule',
        encode: {
          enter: {
            x: { value: 0 },
            x2: { value: WIDTH },
            y: { scale: 'y', value: limit },
            stroke: { value: GOOD },
            strokeDash: { value: [6, 4] },
          },
        },
      },
      {
        type: 'text',
        encode: {
          enter: {
            x: { value: WIDTH - 4 },
            y: { scale: 'y', value: limit, offset: -6 },
            align: { value: 'right' },
            text: { value: 'recovered at or below' },
            fill: { value: GOOD },
            font: { value: text.font },
            fontSize: { value: text.fontSize },
          },
        },
      },
      {
        type: 'rule',
        encode: {
          enter: {
            x: { scale: 'x', value: effectMs },
            y: { value: 0 },
            y2: { value: HEIGHT },
            stroke: { value: FAINT },
            strokeWidth: { value: 1.5 },
          },
        },
      },
      {
        type: 'text',
        encode: {
          enter: {
            x: { scale: 'x', value: effectMs, offset: 6 },
            y: { value: 12 },
            text: { value: 'action ran' },
            fill: { value: INK },
            font: { value: text.font },
            fontSize: { value: text.fontSize },
          },
        },
      },
      {
        type: 'line',
        from: { data: 'samples' },
        encode: {
          enter: {
            x: { scale: 'x', field: 'at' },
            y: { scale: 'y', field: 'rate' },
            // Without requests there is no rate: the line breaks there, and never falls to zero.
            defined: { signal: 'isValid(datum.rate)' },
            stroke: { value: LINE },
            strokeWidth: { value: 2.5 },
          },
        },
      },
      {
        type: 'symbol',
        from: { data: 'samples' },
        encode: {
          enter: {
            x: { scale: 'x', field: 'at' },
            y: { scale: 'y', field: 'rate' },
            size: { signal: 'isValid(datum.rate) ? 24 : 0' },
            fill: { value: LINE },
          },
        },
      },
    ],
  };
}
