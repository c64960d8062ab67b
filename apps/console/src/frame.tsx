import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { HelpDialog } from './keys/help';
import { useKeys } from './keys/keys';
import { Palette } from './keys/palette';
import { places } from './places';
import { storedTheme, storeTheme, type Theme } from './theme';
import { WhoField } from './who/who-field';

/** What every page stands in: the bar with the places, the palette, the keys. */
export function Frame({ children }: { readonly children: ReactNode }) {
  const [path, navigate] = useLocation();
  const [open, setOpen] = useState<'palette' | 'help' | undefined>(undefined);
  const main = useRef<HTMLElement>(null);
  useKeys({
    'Ctrl K': { does: 'go anywhere, do anything', run: () => setOpen('palette') },
    '/': { does: 'search', run: () => searchOrGo(navigate) },
    '?': { does: 'show the keys', run: () => setOpen('help') },
  });
  useEffect(() => {
    document.title = `${titleOf(path)} · Duet`;
  }, [path]);
  return (
    <div className="frame">
      <a className="skip" href="#main">
        To the page
      </a>
      <header className="bar">
        <Link href="/" className="name">
          Duet
        </Link>
        <nav aria-label="Pages">
          {places.map(({ path: to, name }) => (
            <Link key={to} href={to} aria-current={isWithin(path, to) ? 'page' : undefined}>
              {name}
            </Link>
          ))}
        </nav>
        <span className="end row">
          <button type="button" onClick={() => setOpen('palette')}>
            Go to … <kbd>Ctrl K</kbd>
          </button>
          <WhoField />
          <ThemeChoice />
          <button type="button" aria-label="Keys" onClick={() => setOpen('help')}>
            ?
          </button>
        </span>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        {children}
      </main>
      {open === 'palette' && <Palette onClose={() => setOpen(undefined)} />}
      {open === 'help' && <HelpDialog onClose={() => setOpen(undefined)} />}
    </div>
  );
}

const isWithin = (path: string, place: string): boolean => (place === '/' ? path === '/' : path === place || path.startsWith(`${place}/`));

const titleOf = (path: string): string => places.find(({ path: to }) => isWithin(path, to))?.name ?? 'Nowhere';

/** A page with a search box of its own has it in the focus; any other goes to the list of sagas. */
function searchOrGo(navigate: (to: string) => void): void {
  const box = document.querySelector<HTMLInputElement>('input[type=search]');
  if (box) box.select();
  else navigate('/sagas?search');
  box?.focus();
}

function ThemeChoice() {
  const [theme, setTheme] = useState<Theme>(storedTheme);
  useEffect(() => storeTheme(theme), [theme]);
  return (
    <select aria-label="Light or dark" value={theme} onChange={(event) => setTheme(event.target.value as Theme)}>
      <option value="system">as the system</option>
      <option value="light">light</option>
      <option value="dark">dark</option>
    </select>
  );
}
