import { createContext, type ReactNode, use, useEffect, useLayoutEffect, useMemo, useRef } from 'react';

/** What a key does, in words, and how. */
export interface Key {
  readonly does: string;
  readonly run: () => void;
}
export type Keys = Readonly<Record<string, Key>>;

interface Registry {
  readonly add: (keys: Keys) => () => void;
  readonly all: () => readonly [string, string][];
}

const KeysContext = createContext<Registry | undefined>(undefined);

/** One listener for all keys. The part of the page that came last has a key first. */
export function KeysProvider({ children }: { readonly children: ReactNode }) {
  const stack = useRef<Keys[]>([]);
  // Before the page is painted: who sees it may press a key.
  useLayoutEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      const name = keyName(event);
      const typing = event.target instanceof Element && event.target.matches('input, textarea, select, [contenteditable]');
      // While somebody types, and while a dialog is open, a letter is a letter.
      if ((typing || document.querySelector('dialog[open]')) && !name.startsWith('Ctrl ')) return;
      // What is in the focus is pressed with Enter.
      if (name === 'Enter' && event.target instanceof Element && event.target.matches('a, button, summary')) return;
      const key = stack.current.findLast((keys) => name in keys)?.[name];
      if (!key) return;
      event.preventDefault();
      key.run();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
  const registry = useMemo<Registry>(
    () => ({
      add: (keys) => {
        stack.current = [...stack.current, keys];
        return () => (stack.current = stack.current.filter((each) => each !== keys));
      },
      all: () => [...new Map(stack.current.flatMap((keys) => Object.entries(keys).map(([name, { does }]) => [name, does] as const)))],
    }),
    [],
  );
  return <KeysContext value={registry}>{children}</KeysContext>;
}

/** `Ctrl K` for both Ctrl and ⌘; a plain key is its own name: `j`, `/`, `Enter`. */
function keyName({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): string {
  if (altKey) return `Alt ${key}`;
  return ctrlKey || metaKey ? `Ctrl ${key.toUpperCase()}` : key;
}

/** Keys that do something while this part of the page is there. */
export function useKeys(keys: Keys): void {
  const registry = use(KeysContext);
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  const names = Object.entries(keys)
    .map(([name, { does }]) => `${name}\u0000${does}`)
    .join('\u0001');
  useLayoutEffect(() => {
    const stable: Keys = Object.fromEntries(
      names
        .split('\u0001')
        .filter(Boolean)
        .map((entry) => {
          const [name = '', does = ''] = entry.split('\u0000');
          return [name, { does, run: () => latest.current[name]?.run() }];
        }),
    );
    return registry?.add(stable);
  }, [registry, names]);
}

/** Every key that does something now, with what it does. */
export function useKnownKeys(): readonly [string, string][] {
  return use(KeysContext)?.all() ?? [];
}
