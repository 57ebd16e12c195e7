export interface BarGroup {
  readonly label: string;
  /** One value a series, in their order. */
  readonly values: readonly number[];
}

export interface BarChart {
  readonly title: string;
  readonly series: readonly string[];
  readonly groups: readonly BarGroup[];
  /** Logarithmic where values differ by powers of ten. */
  readonly scale: 'linear' | 'logarithmic';
}

/** Readable on white and on black: a picture cannot know the page it stands on. */
const colours = ['#2f8f88', '#5f82d3', '#b98019', '#a3628f'];
const [ink, soft] = ['#77756e', '#8b867a'];
const layout = { width: 800, label: 150, bars: 540, bar: 16, gap: 14, legend: 34, name: 165 };

/** Groups of horizontal bars, each with its value, as an SVG picture. */
export function drawBars({ title, series, groups, scale }: BarChart): string {
  const values = groups.flatMap((group) => group.values).filter(Number.isFinite);
  const lengthOf = barLength(values, scale);
  const groupHeight = series.length * layout.bar + layout.gap;
  const legend = series.map((name, index) => {
    const left = layout.label + index * layout.name;
    return `<rect x="${left}" y="8" width="12" height="12" rx="2" fill="${colours[index]}" /><text x="${left + 18}" y="18" fill="${ink}">${name}</text>`;
  });
  const drawn = groups.flatMap((group, position) => {
    const top = layout.legend + position * groupHeight;
    const middle = top + (series.length * layout.bar) / 2 + 4;
    const label = `<text x="${layout.label - 12}" y="${middle}" text-anchor="end" fill="${ink}">${group.label}</text>`;
    const bars = group.values.map((value, index) => {
      const width = Number.isFinite(value) ? lengthOf(value) : 0;
      const y = top + index * layout.bar;
      return `<rect x="${layout.label}" y="${y}" width="${width.toFixed(1)}" height="${layout.bar - 3}" rx="2" fill="${colours[index]}" /><text x="${(layout.label + width + 6).toFixed(1)}" y="${y + 11}" fill="${soft}">${formatValue(value)}</text>`;
    });
    return [label, ...bars];
  });
  const height = layout.legend + groups.length * groupHeight;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${layout.width} ${height}" role="img" aria-label="${title}" font-family="system-ui, 'Segoe UI', Roboto, sans-serif" font-size="12">`,
    `<title>${title}</title>`,
    ...legend,
    ...drawn,
    '</svg>\n',
  ].join('');
}

function barLength(values: readonly number[], scale: BarChart['scale']): (value: number) => number {
  const most = Math.max(...values);
  if (scale === 'linear') return (value) => (layout.bars * value) / most;
  // The shortest bar must still be seen: the scale begins at half of its value.
  const least = Math.min(...values) / 2;
  return (value) => (layout.bars * Math.log(value / least)) / Math.log(most / least);
}

/** Three digits, as many as a measurement is good for; a dash for what was not measured, which JSON keeps as null. */
export function formatValue(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}
