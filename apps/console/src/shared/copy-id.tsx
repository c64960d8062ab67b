import { useState } from 'react';
import { shortId } from '../words/names';

/** An id, short; pressed, it is copied whole. */
export function CopyId({ id, whole = false }: { readonly id: string; readonly whole?: boolean }) {
  return <Copy text={id} label={`Copy the id ${id}`} shown={whole ? id : shortId(id)} />;
}

/** A button that copies a text, and says so. */
export function Copy({ text, shown, label }: { readonly text: string; readonly shown: string; readonly label: string }) {
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    void navigator.clipboard.writeText(text).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 1_500);
    });
  };
  return (
    <button type="button" className="copy" title={label} onClick={copy}>
      {shown}
      <span role="status">{copied ? ' copied' : ''}</span>
    </button>
  );
}
