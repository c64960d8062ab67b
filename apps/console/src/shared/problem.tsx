import { Refused } from '../api/problem';

interface ProblemProps {
  readonly error: unknown;
  /** What was tried: `Cancelling the order`. */
  readonly doing: string;
  readonly onRetry?: () => void;
}

/** What failed, and what to do about it. */
export function Problem({ error, doing, onRetry }: ProblemProps) {
  const { title, detail, code, errors } =
    error instanceof Refused ? error : { title: 'A fault of this page', detail: String(error), code: undefined, errors: [] };
  return (
    <div className="box box-bad stack" role="alert">
      <p>
        <strong>{doing} did not work: </strong>
        {title}
        {code !== undefined && <span className="quiet"> ({code})</span>}
      </p>
      <p>{detail}</p>
      {errors.length > 0 && (
        <ul>
          {errors.map(({ path, text }) => (
            <li key={path + text}>
              <code>{path}</code> {text}
            </li>
          ))}
        </ul>
      )}
      {onRetry && (
        <p>
          <button type="button" onClick={onRetry}>
            Try again
          </button>
        </p>
      )}
    </div>
  );
}
