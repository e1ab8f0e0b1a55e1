/** Besides its colour, so that nobody has to tell colours apart. */
export type Pattern = 'solid' | 'stripes' | 'dots' | 'grid' | 'waves';

/** How a series is drawn: a colour of `--chart-1` … `--chart-6`, and a pattern on it. */
export interface Look {
  color: 1 | 2 | 3 | 4 | 5 | 6;
  pattern: Pattern;
}

export interface Series {
  key: string;
  label: string;
  look: Look;
}

/** What a chart shows, and its table as well: both are made of nothing else. */
export interface ChartData {
  /** What a row is: a column of the chart, a line of the table. */
  rowName: string;
  rows: { key: string; label: string }[];
  series: Series[];
  /** By row, then by series. */
  values: number[][];
  /** Which sums mean something: those of the rows, or those of the series as well. */
  totals: 'rows' | 'both';
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The sum of each series. */
export function seriesTotals({ series, values }: ChartData): number[] {
  return series.map((_, column) => sum(values.map((row) => row[column] ?? 0)));
}

export function isEmpty({ values }: ChartData): boolean {
  return values.every((row) => row.every((value) => value === 0));
}
