import { type MessageClass, wireName } from '@duet/message';

/** Words that Mermaid would take for its own, as the name of a node. */
const reserved =
  /^(end|note|loop|alt|else|opt|par|and|break|critical|option|rect|box|participant|actor|create|destroy|as|over|subgraph|graph|flowchart|direction|style|click|class|classdef|linkstyle|default|links?|title|properties|details|autonumber|activate|deactivate|left|right|off|on|href|call)$/i;

/** What a node or participant is called in a drawing's source: letters, digits and `_`, and no word of Mermaid's. */
export function idOf(name: string): string {
  const id = name.replace(/[^A-Za-z0-9_]/g, '_');
  return reserved.test(id) || !/^[A-Za-z]/.test(id) ? `n_${id}` : id;
}

/** What a message's box is called. */
export const nodeOf = (message: MessageClass): string => idOf(wireName(message));

/**
 * A text that means the same wherever Mermaid takes one: all but letters, digits and harmless signs become its entities (`#59;`). No test asks Mermaid's own parser: it
 * needs a browser's document for flowcharts. Its version 11 has read the pages and some hundred odd names and texts that went through here.
 */
export const plain = (text: string): string =>
  text.replace(/\s+/g, ' ').replace(/[^\p{L}\p{N} .,?'’()→·–_-]/gu, (sign) => `#${sign.codePointAt(0)};`);

/** Several lines of text in one label. */
export const lines = (...texts: readonly string[]): string => texts.map(plain).join('<br/>');

/** A drawing as a block of Markdown. */
export const drawing = (kind: string, body: readonly string[]): string =>
  ['```mermaid', kind, ...body.map((line) => `  ${line}`), '```'].join('\n');
