/**
 * A rule for each row of a table of restricted imports. ESLint's own `no-restricted-imports` is one rule with one set of patterns for each file, so the
 * exceptions of two rows would replace each other; and it does not see `import()`, `require` and the type `import('…')`.
 */

/** The name of the rule for a row. */
export const ruleOf = ({ name }) => `duet/${name}`;

/** A pattern is a package, a package with `*` for anything, or one with `!` before it for what is allowed after all. */
export function matches(group, specifier) {
  const fits = (pattern) => new RegExp(`^${pattern.split('*').map(RegExp.escape).join('.*')}$`).test(specifier);
  return group.some((pattern) => !pattern.startsWith('!') && fits(pattern)) && !group.some((p) => p.startsWith('!') && fits(p.slice(1)));
}

function importRule({ group, because }) {
  return {
    meta: { type: 'problem', schema: [], messages: { banned: `'{{specifier}}' must not be imported here. ${because}` } },
    create(context) {
      const check = (node, source) => {
        const specifier = source?.type === 'TSLiteralType' ? source.literal.value : source?.value;
        if (typeof specifier === 'string' && matches(group, specifier)) context.report({ node, messageId: 'banned', data: { specifier } });
      };
      return {
        ImportDeclaration: (node) => check(node, node.source),
        ImportExpression: (node) => check(node, node.source),
        ExportAllDeclaration: (node) => check(node, node.source),
        ExportNamedDeclaration: (node) => check(node, node.source),
        TSImportType: (node) => check(node, node.source ?? node.argument),
        TSExternalModuleReference: (node) => check(node, node.expression),
        CallExpression(node) {
          const called = node.callee.type === 'MemberExpression' ? node.callee.object : node.callee;
          if (called.type === 'Identifier' && called.name === 'require') check(node, node.arguments[0]);
          if (node.callee.type === 'MemberExpression' && called.name === 'jest') check(node, node.arguments[0]);
        },
      };
    },
  };
}

/** @param {readonly { name: string }[]} rows */
export const importRules = (rows) => Object.fromEntries(rows.map((row) => [row.name, importRule(row)]));
