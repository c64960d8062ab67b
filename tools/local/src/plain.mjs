// @ts-check

/** What comes from elsewhere must not speak to the terminal, nor turn its words around. @param {string} text */
export const plain = (text) => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (one) => `\\u{${one.codePointAt(0)?.toString(16)}}`);
