interface SparkProps {
  readonly counts: readonly number[];
  /** What the bars are, in words, with their sum. */
  readonly label: string;
}

/** An hour in sixty bars. */
export function Spark({ counts, label }: SparkProps) {
  const most = Math.max(1, ...counts);
  return (
    <svg className="spark" viewBox="0 0 240 28" preserveAspectRatio="none" role="img" aria-label={label}>
      {counts.map((count, n) => (
        <rect
          key={n}
          x={n * 4}
          width="3"
          y={28 - Math.max(count > 0 ? 2 : 0.75, (count / most) * 28)}
          height="28"
          className={count > 0 ? 'some' : 'none'}
        />
      ))}
    </svg>
  );
}
