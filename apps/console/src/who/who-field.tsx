import { type FormEvent, useState } from 'react';
import { sayWho, useWho, whyNoName } from './who';

/** In the frame: who the reader is, and where it is said. */
export function WhoField() {
  const who = useWho();
  const [saying, setSaying] = useState(false);
  if (who !== '' && !saying)
    return (
      <button type="button" className="who plain" title="What you do is noted under this name" onClick={() => setSaying(true)}>
        <span className="quiet">you are</span> {who}
      </button>
    );
  return <NameForm initial={who} focus={saying} onDone={() => setSaying(false)} />;
}

interface NameFormProps {
  readonly initial: string;
  readonly focus: boolean;
  readonly onDone: () => void;
}

function NameForm({ initial, focus, onDone }: NameFormProps) {
  const [name, setName] = useState(initial);
  const wrong = name === '' ? undefined : whyNoName(name);
  const keep = (event: FormEvent): void => {
    event.preventDefault();
    if (wrong !== undefined) return;
    sayWho(name);
    onDone();
  };
  return (
    <form className="row who" aria-label="Who you are" onSubmit={keep}>
      <input
        type="text"
        aria-label="Your name, kept with what you do"
        aria-invalid={wrong !== undefined}
        placeholder="your name"
        title={wrong ?? 'It is kept in this browser, and noted with what you do'}
        autoComplete="nickname"
        maxLength={100}
        autoFocus={focus}
        value={name}
        onChange={(event) => setName(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && onDone()}
      />
      {name !== '' && (
        <button type="submit" disabled={wrong !== undefined}>
          Keep
        </button>
      )}
    </form>
  );
}
