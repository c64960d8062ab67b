// @ts-check
export { markdown } from '../../local/src/markdown.mjs';
