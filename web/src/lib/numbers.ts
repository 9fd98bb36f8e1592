const whole = new Intl.NumberFormat('en');
const compactFormat = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

export function count(value: number): string {
  return whole.format(value);
}

/** `12.4K` where room is short. */
export function compact(value: number): string {
  return value < 10_000 ? whole.format(value) : compactFormat.format(value);
}

export function percent(share: number): string {
  if (share === 0) return '0 %';
  return share < 0.001 ? '< 0.1 %' : `${Number((share * 100).toFixed(share < 0.1 ? 1 : 0))} %`;
}

export function bytes(value: number): string {
  if (value < 1024) return `${value} B`;
  const unit = Math.min(4, Math.floor(Math.log2(value) / 10));
  return `${Number((value / 1024 ** unit).toFixed(1))} ${['B', 'KiB', 'MiB', 'GiB', 'TiB'][unit]}`;
}
