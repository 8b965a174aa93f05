import type { Mark, Spec, Title } from 'vega';
import type { RecoverySeries } from './recovery-series.ts';

export const FONT = 'DejaVu Sans';
/** Slack shows a picture about 360 points wide: words have to be large against the whole to be read without opening it. */
const WIDTH = 380;
const HEIGHT = 170;
const TITLE_SIZE = 16;
const TEXT_SIZE = 14;
/** A label behind the line of the action would leave the picture from here on, and stands before it. */
const NEAR_THE_END = 0.7;
const INK = '#1d1c1d';
const FAINT = '#8d8d92';
const LINE = '#b3261e';
const GOOD = '#007a5a';
/** The scale never ends at the highest point: a line at the very edge reads as one that goes on. */
const HEADROOM = 1.15;
const RATE_MIN = 0.05;

const LABEL = { font: { value: FONT }, fontSize: { value: TEXT_SIZE } };
const AXIS = {
  labelFont: FONT,
  titleFont: FONT,
  labelFontSize: TEXT_SIZE,
  titleFontSize: TEXT_SIZE,
  labelColor: INK,
  titleColor: INK,
  gridColor: '#ececec',
};

/** The picture as a description for the chart library: the error rate over time, the action, and the limit of recovery. */
export function recoverySpec({ service, actionId, samples, effectMs, limit }: RecoverySeries): Spec {
  const highest = Math.max(RATE_MIN, limit, ...samples.map(({ rate }) => rate ?? 0));
  const known = { values: samples.map(({ atMs, rate }) => ({ at: atMs, rate })) };
  return {
    width: WIDTH,
    height: HEIGHT,
    padding: 16,
    background: '#ffffff',
    autosize: 'pad',
    title: titleOf(service, actionId),
    config: { axis: AXIS },
    data: [{ name: 'samples', ...known }],
    scales: [
      { name: 'x', type: 'utc', range: 'width', domain: { data: 'samples', field: 'at' } },
      { name: 'y', type: 'linear', range: 'height', domain: [0, Math.min(1, highest * HEADROOM)], nice: true, zero: true },
    ],
    axes: [
      { orient: 'bottom', scale: 'x', format: '%H:%M:%S', title: 'UTC', tickCount: 3 },
      { orient: 'left', scale: 'y', format: '.0%', grid: true, tickCount: 4 },
    ],
    marks: [...limitMarks(limit), ...actionMarks(effectMs, shareOf(effectMs, samples) > NEAR_THE_END), ...rateMarks()],
  };
}

const titleOf = (service: string, actionId: string): Title => ({
  text: `${service}: error rate`,
  subtitle: `before and after ${actionId}`,
  font: FONT,
  fontSize: TITLE_SIZE,
  subtitleFont: FONT,
  subtitleFontSize: TEXT_SIZE,
  color: INK,
  subtitleColor: INK,
  anchor: 'start',
  frame: 'group',
  offset: 12,
});

/** A dashed line across, and what it means. */
const limitMarks = (limit: number): Mark[] => [
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
        x: { value: 6 },
        y: { scale: 'y', value: limit, offset: -6 },
        text: { value: 'recovered at or below' },
        fill: { value: GOOD },
        ...LABEL,
      },
    },
  },
];

/** A line down where the action had its effect. */
const actionMarks = (effectMs: number, isNearEnd: boolean): Mark[] => [
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
        x: { scale: 'x', value: effectMs, offset: isNearEnd ? -6 : 6 },
        // Before the action the line runs high, and after it low where it helped.
        y: { value: isNearEnd ? HEIGHT - 8 : 14 },
        align: { value: isNearEnd ? 'right' : 'left' },
        text: { value: 'action ran' },
        fill: { value: INK },
        ...LABEL,
      },
    },
  },
];

const AT = { x: { scale: 'x', field: 'at' }, y: { scale: 'y', field: 'rate' } };

const rateMarks = (): Mark[] => [
  {
    type: 'line',
    from: { data: 'samples' },
    encode: {
      enter: {
        ...AT,
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
    encode: { enter: { ...AT, size: { signal: 'isValid(datum.rate) ? 24 : 0' }, fill: { value: LINE } } },
  },
];

/** How far along the picture a moment is, 0..1. */
function shareOf(atMs: number, samples: RecoverySeries['samples']): number {
  const first = samples[0]?.atMs ?? atMs;
  const last = samples.at(-1)?.atMs ?? atMs;
  return last > first ? (atMs - first) / (last - first) : 0;
}
