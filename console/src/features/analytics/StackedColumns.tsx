import { PatternCircles, PatternLines, PatternWaves } from '@visx/pattern';
import { useParentSize } from '@visx/responsive';
import { scaleBand, scaleLinear, scaleOrdinal } from '@visx/scale';
import { BarStack } from '@visx/shape';
import { useId } from 'react';

import { sum, type ChartData, type Look, type Series } from './chart-data';

interface Props {
  data: ChartData;
  title: string;
  format: (value: number) => string;
  /** Whether there is nothing between 1 and 2. */
  isWhole?: boolean;
}

const CHART_HEIGHT = 240;
const MARGIN = { top: 8, right: 4, bottom: 26, left: 52 };
const TEXT = { fill: 'var(--muted)', fontSize: 11 };
/** Room that the label of a column needs. */
const LABEL_WIDTH = 68;

/** Columns of stacked parts, which differ in colour and in pattern. Its table says the same to those who do not see it. */
export default function StackedColumns({ data, title, format, isWhole = false }: Props) {
  const { parentRef, width } = useParentSize({ initialSize: { width: 640 }, ignoreDimensions: ['height', 'top', 'left'], debounceTime: 50 });
  const id = useId();
  const { rows, series } = data;
  const stacks = rows.map((row, index) => ({ ...row, values: data.values[index] ?? [] }));
  const inner = { width: Math.max(width - MARGIN.left - MARGIN.right, 40), height: CHART_HEIGHT - MARGIN.top - MARGIN.bottom };
  const keys = series.map(({ key }) => key);
  const x = scaleBand({ domain: rows.map(({ key }) => key), range: [0, inner.width], padding: rows.length > 12 ? 0.2 : 0.4 });
  const highest = Math.max(...stacks.map(({ values }) => sum(values)), isWhole ? 4 : 1);
  const y = scaleLinear({ domain: [0, highest], range: [inner.height, 0], nice: 4 });
  const fills = scaleOrdinal({ domain: keys, range: keys.map((_, index) => `url(#${id}-${index})`) });
  const every = Math.ceil(rows.length / Math.max(1, Math.floor(inner.width / LABEL_WIDTH)));
  return (
    <figure className="flex flex-col gap-3">
      <div ref={parentRef} className="overflow-hidden">
        <svg role="img" aria-label={`${title}, chart. Its table has the figures.`} width={width} height={CHART_HEIGHT} className="block">
          <defs>
            {series.map(({ key, look }, index) => (
              <Texture key={key} id={`${id}-${index}`} look={look} />
            ))}
          </defs>
          <g transform={`translate(${MARGIN.left}, ${MARGIN.top})`}>
            {y.ticks(4).map((tick) => (
              <line key={tick} x2={inner.width} y1={y(tick)} y2={y(tick)} stroke="var(--line)" />
            ))}
            <BarStack
              data={stacks}
              keys={keys}
              x={({ key }) => key}
              value={({ values }, key) => values[keys.indexOf(key)] ?? 0}
              xScale={x}
              yScale={y}
              color={fills}
            >
              {(parts) =>
                parts.flatMap(({ index, bars }) =>
                  bars
                    .filter(({ height }) => height > 0)
                    .map((bar) => {
                      const stack = stacks[bar.index];
                      const value = stack?.values[index] ?? 0;
                      return (
                        <rect key={`${index}-${bar.index}`} x={bar.x} y={bar.y} width={bar.width} height={bar.height} fill={bar.color} stroke="var(--surface)">
                          <title>{`${stack?.label ?? ''}, ${series[index]?.label ?? ''}: ${format(value)}`}</title>
                        </rect>
                      );
                    }),
                )
              }
            </BarStack>
            {y.ticks(4).map((tick) => (
              <text key={tick} {...TEXT} x={-6} y={y(tick)} dy={4} textAnchor="end">
                {format(tick)}
              </text>
            ))}
            {rows.map(({ key, label }, index) =>
              index % every === 0 ? (
                <text key={key} {...TEXT} x={(x(key) ?? 0) + x.bandwidth() / 2} y={inner.height + 18} textAnchor="middle">
                  {label.split(' – ')[0]}
                </text>
              ) : null,
            )}
          </g>
        </svg>
      </div>
      {series.length > 1 && <Legend series={series} id={id} />}
    </figure>
  );
}

function Legend({ series, id }: { series: Series[]; id: string }) {
  return (
    <figcaption>
      <ul className="flex flex-wrap gap-x-4 gap-y-1.5 text-xs text-muted">
        {series.map(({ key, label }, index) => (
          <li key={key} className="flex items-center gap-1.5">
            <svg aria-hidden width={16} height={12}>
              <rect width={16} height={12} rx={2} fill={`url(#${id}-${index})`} />
            </svg>
            {label}
          </li>
        ))}
      </ul>
    </figcaption>
  );
}

function Texture({ id, look: { color, pattern } }: { id: string; look: Look }) {
  const background = `var(--chart-${color})`;
  const stroke = 'var(--surface)';
  const common = { id, background, width: 6, height: 6 };
  switch (pattern) {
    case 'stripes':
      return <PatternLines {...common} stroke={stroke} strokeWidth={1.5} orientation={['diagonal']} />;
    case 'grid':
      return <PatternLines {...common} stroke={stroke} strokeWidth={1} orientation={['vertical', 'horizontal']} />;
    case 'dots':
      return <PatternCircles {...common} radius={1.5} fill={stroke} />;
    case 'waves':
      return <PatternWaves {...common} stroke={stroke} strokeWidth={1.5} />;
    case 'solid':
      return <PatternLines {...common} stroke={background} strokeWidth={1} orientation={['vertical']} />;
  }
}
