import { useSyncExternalStore } from 'react';

/** Where the name is kept in this browser. */
const key = 'who';
/** What a header can bring: Latin-1 without control characters, and no more than the services take. */
const namePattern = /^[\x20-\x7e\xa0-\xff]{1,100}$/;

const listeners = new Set<() => void>();
const tell = (): void => listeners.forEach((listener) => listener());

/** Why this is no name that can be sent along with what is done; undefined where it is one. */
export function whyNoName(name: string): string | undefined {
  const trimmed = name.trim();
  if (trimmed === '') return 'Say who you are: it is kept with what you do.';
  if (trimmed.length > 100) return 'A name has 100 characters at most.';
  return namePattern.test(trimmed) ? undefined : 'Only letters of Latin-1 can be sent along: write your name with these.';
}

/** The reader's name, as it was said in this browser; '' where it was not. */
export function whoIs(): string {
  const name = localStorage.getItem(key) ?? '';
  return whyNoName(name) === undefined ? name : '';
}

/** Keeps the reader's name in this browser; an empty one is forgotten. What is no name is not kept. */
export function sayWho(name: string): void {
  if (name.trim() === '') localStorage.removeItem(key);
  else if (whyNoName(name) === undefined) localStorage.setItem(key, name.trim());
  tell();
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  // Said in another window of this browser.
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}

/** The reader's name, anew when it is said. */
export const useWho = (): string => useSyncExternalStore(listen, whoIs);
