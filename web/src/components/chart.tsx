import { useEffect, useRef } from 'react';
import type uPlot from 'uplot';
import type { Series } from '../api/insights';
import { clock, duration } from '../lib/time';
import { texts } from '../texts';

const HEIGHT = 180;

/** Completed and failed by time, drawn by a library that is loaded only here; deploys are marked. */
export function Chart({ series, label }: { series: Series; label: string }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    let plot: uPlot | undefined;
    let left = false;
    const resize = new ResizeObserver(() => plot?.setSize({ width: element.clientWidth, height: HEIGHT }));
    void import('uplot').then(({ default: Plot }) => {
      if (left) return;
      element.replaceChildren();
      plot = new Plot(optionsOf(Plot, series, element), dataOf(series), element);
      resize.observe(element);
    });
    // Colours are read when it is drawn: another theme draws it anew.
    const theme = new MutationObserver(() => plot?.redraw(false));
    theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      left = true;
      resize.disconnect();
      theme.disconnect();
      plot?.destroy();
    };
  }, [series]);
  return <div ref={box} className="chart" role="img" aria-label={label} />;
}

function dataOf({ points }: Series): uPlot.AlignedData {
  return [
    points.map(({ at }) => Date.parse(at) / 1000),
    points.map(({ completed }) => completed || null),
    points.map(({ failed }) => failed || null),
  ];
}

/** Steps that are shown, by their length: an hour, a day, a week; whether all of them have been counted or not. */
const STEPS: Readonly<Record<number, number>> = { 60: 60, 900: 96, 7200: 84 };

function optionsOf(Plot: typeof uPlot, { step, points, deploys }: Series, element: HTMLElement): uPlot.Options {
  const colour = (name: string) => () => getComputedStyle(element).getPropertyValue(name);
  const last = Date.parse(points.at(-1)?.at ?? new Date().toISOString()) / 1000;
  const bars = Plot.paths.bars?.({ size: [0.8, 24] });
  // In front of the completed ones, and narrower: each is seen.
  const narrow = Plot.paths.bars?.({ size: [0.4, 12] });
  const axis = {
    stroke: colour('--text-3'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui, sans-serif',
  };
  // While nothing is pointed at, there is nothing to say.
  const shown = (_plot: uPlot, value: number | null, _series: number, index: number | null) =>
    index === null || index === undefined ? '' : String(value ?? 0);
  const draw = ({ ctx, bbox, valToPos }: uPlot) => {
    ctx.save();
    ctx.strokeStyle = colour('--accent')();
    ctx.fillStyle = colour('--text-2')();
    ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.setLineDash([4, 3]);
    for (const { at, version } of deploys) {
      const x = valToPos(Date.parse(at) / 1000, 'x', true);
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      // Beside its line, on the side where there is room.
      const left = x > bbox.left + bbox.width * 0.85;
      ctx.textAlign = left ? 'right' : 'left';
      ctx.fillText(version, x + (left ? -4 : 4) * devicePixelRatio, bbox.top + 11 * devicePixelRatio);
    }
    ctx.restore();
  };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    cursor: { y: false, points: { size: 6 } },
    legend: { show: true, live: true },
    scales: {
      // The last bar is as wide as the others.
      x: { range: () => [last - (STEPS[step] ?? points.length) * step, last + step] },
      y: { range: (_plot, _low, high) => [0, Math.max(4, (high ?? 0) * 1.25)] },
    },
    axes: [
      {
        ...axis,
        size: 26,
        space: 90,
        values: (_plot, times) => times.map((at) => clock(new Date(at * 1000), Date.now())),
      },
      { ...axis, size: 44, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000, 100_000] },
    ],
    hooks: { draw: [draw] },
    series: [
      {
        label: texts.parts.per(duration(step).replace(/^1 /, '')),
        value: (_plot, at) => (at ? clock(new Date(at * 1000), Date.now()) : ''),
      },
      {
        label: texts.parts.completed,
        stroke: colour('--state-completed'),
        fill: colour('--state-completed'),
        ...(bars && { paths: bars }),
        points: { show: false },
        value: shown,
      },
      {
        label: texts.parts.failed,
        stroke: colour('--state-failed'),
        fill: colour('--state-failed'),
        ...(narrow && { paths: narrow }),
        points: { show: false },
        value: shown,
      },
    ],
  };
}
