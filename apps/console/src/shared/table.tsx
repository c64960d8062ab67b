import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useKeys } from '../keys/keys';

/** A column: its head, and what stands in it for a row. */
export interface Column<R> {
  readonly head: string;
  readonly cell: (row: R) => ReactNode;
  readonly number?: boolean;
  readonly grow?: boolean;
}

interface TableProps<R> {
  /** What it lists, for those who do not see it. */
  readonly caption: string;
  readonly columns: readonly Column<R>[];
  readonly rows: readonly R[];
  readonly keyOf: (row: R) => string;
  /** Enter on a row; then `j` and `k` move. */
  readonly onOpen?: (row: R) => void;
  /** There are more: asks for the next page. */
  readonly more?: { readonly load: () => void; readonly loading: boolean } | undefined;
}

/** A table whose rows are reached with `j` and `k`, page by page. */
export function Table<R>({ caption, columns, rows, keyOf, onOpen, more }: TableProps<R>) {
  return (
    <div>
      <div className="table-box" tabIndex={0} role="region" aria-label={caption}>
        <table>
          <caption className="visually-hidden">{caption}</caption>
          <thead>
            <tr>
              {columns.map(({ head, number = false, grow = false }) => (
                <th key={head} scope="col" className={`${number ? 'number' : ''} ${grow ? 'grow' : ''}`}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          {onOpen ? (
            <MovingRows columns={columns} rows={rows} keyOf={keyOf} onOpen={onOpen} />
          ) : (
            <tbody>
              {rows.map((row) => (
                <tr key={keyOf(row)}>
                  <Cells row={row} columns={columns} />
                </tr>
              ))}
            </tbody>
          )}
        </table>
      </div>
      {more && (
        <p>
          <button type="button" disabled={more.loading} onClick={more.load}>
            {more.loading ? 'Loading …' : 'More'}
          </button>
        </p>
      )}
    </div>
  );
}

function Cells<R>({ row, columns }: { readonly row: R; readonly columns: readonly Column<R>[] }) {
  return columns.map(({ head, cell, number = false, grow = false }) => (
    <td key={head} className={`${number ? 'number' : ''} ${grow ? 'grow' : ''}`}>
      {cell(row)}
    </td>
  ));
}

function MovingRows<R>({ columns, rows, keyOf, onOpen }: Required<Pick<TableProps<R>, 'columns' | 'rows' | 'keyOf' | 'onOpen'>>) {
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const body = useRef<HTMLTableSectionElement>(null);
  const at = rows.findIndex((row) => keyOf(row) === chosen);
  const move = (step: number): void => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
    if (row !== undefined) setChosen(keyOf(row));
  };
  useEffect(() => {
    // Newer browsers answer a promise here, which is no clean-up.
    void body.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  useKeys({
    j: { does: 'the next row', run: () => move(1) },
    k: { does: 'the row before', run: () => move(-1) },
    Enter: { does: 'open the row', run: () => rows[at] !== undefined && onOpen(rows[at]) },
  });
  return (
    <tbody ref={body}>
      {rows.map((row) => (
        <tr key={keyOf(row)} aria-selected={keyOf(row) === chosen ? true : undefined}>
          <Cells row={row} columns={columns} />
        </tr>
      ))}
    </tbody>
  );
}
