interface SparkProps {
  values: readonly number[];
  label: string;
  tone?: 'neutral' | 'good' | 'bad';
  width?: number;
  height?: number;
}

/** A small bar for each step; the tallest fills the height. */
export function Spark({ values, label, tone = 'neutral', width = 96, height = 20 }: SparkProps) {
  const most = Math.max(...values, 1);
  const step = width / Math.max(values.length, 1);
  return (
    <svg
      className={`spark ${tone}`}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      {values.map((value, index) => {
        const tall = value === 0 ? 1 : Math.max(2, (value / most) * height);
        const key = `${index}`;
        return (
          <rect
            key={key}
            x={index * step}
            y={height - tall}
            width={Math.max(step - 1, 1)}
            height={tall}
            opacity={value === 0 ? 0.25 : 1}
            rx="0.5"
          />
        );
      })}
    </svg>
  );
}
