import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { observer, told } from '../api/client';
import { Dialog } from '../shared/dialog';
import { commandsFor } from './commands';

/** Reaches every page, saga and operation by some letters of its name, or of its id. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const [, navigate] = useLocation();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const id = text.trim().toLowerCase();
  const { data } = useQuery({
    queryKey: ['palette', id],
    queryFn: ({ signal }) => told(observer.GET('/api/sagas', { params: { query: { id, limit: '8' } }, signal })),
    enabled: /^[0-9a-f-]{2,}$/.test(id),
  });
  const commands = commandsFor(text, data?.items ?? []);
  const chosen = Math.min(at, commands.length - 1);
  const go = (path: string | undefined): void => {
    if (path === undefined) return;
    onClose();
    navigate(path);
  };
  return (
    <Dialog title="Go to" onClose={onClose} className="palette" hideTitle>
      <input
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={commands.length > 0 ? `palette-${chosen}` : undefined}
        aria-label="A page, an order's id, or what to do"
        placeholder="A page, an order's id, or what to do"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
          if (step !== undefined) {
            event.preventDefault();
            setAt(Math.max(0, Math.min(commands.length - 1, chosen + step)));
          }
          if (event.key === 'Enter') go(commands[chosen]?.path);
        }}
      />
      <ul id="palette-list" role="listbox" aria-label="What fits">
        {commands.map((command, n) => (
          <li key={command.text} id={`palette-${n}`} role="option" aria-selected={n === chosen} onClick={() => go(command.path)}>
            {command.text} <span className="quiet">{command.about}</span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
