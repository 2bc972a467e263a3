import { UsageError } from './plan.ts';

const kebabCase = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const words = /^[a-z]+(-[a-z]+)*$/;

/** `my-card` is `myCard` in code. */
export const camelCase = (name: string): string =>
  name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** `my-card` is `MyCard` as a component or class. */
export function pascalCase(name: string): string {
  const camel = camelCase(name);
  return camel.charAt(0).toUpperCase() + camel.slice(1);
}

/** `my-card` is "My card" in titles. */
export function sentenceCase(name: string): string {
  const spaced = name.replaceAll('-', ' ');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** An import statement. Templates call it, so that no test takes their text for imports of their own. */
export const imports = (what: string, from: string): string => `import ${what} from '${from}';`;

/** Refuses what cannot be a name. Names of figures are keys of addresses and hold no digits. */
export function checkName(kind: string, name: string | undefined): string {
  if (name === undefined)
    throw new UsageError(`a name is missing: npm run new -- ${kind} my-${kind}`);
  const rule = kind === 'figure' ? words : kebabCase;
  if (rule.test(name)) return name;
  const what = kind === 'figure' ? 'lower-case words' : 'lower-case words and digits';
  const cure = name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(kind === 'figure' ? /[^a-z]+/g : /[^a-z0-9]+/g, '-')
    .replace(/^[-0-9]+|-+$/g, '');
  throw new UsageError(
    `the name of a ${kind} is ${what} joined by hyphens, not '${name}': use ${rule.test(cure) ? cure : `my-${kind}`}`,
  );
}

const reserved =
  /^(?:await|break|case|catch|class|const|continue|debugger|default|delete|do|else|enum|export|extends|false|finally|for|function|if|implements|import|in|instanceof|interface|let|new|null|package|private|protected|public|return|static|super|switch|this|throw|true|try|typeof|undefined|var|void|while|with|yield)$/;

/** Refuses a name that would mean something else in the code that it is written into, if there is any. */
export function checkIdentifier(kind: string, name: string, texts: readonly string[]): void {
  const asWord = new RegExp(`\\b(?:${camelCase(name)}|${pascalCase(name)})\\b`);
  const used = texts.some((text) => reserved.test(name) || asWord.test(text));
  if (!used) return;
  throw new UsageError(
    `the name of a ${kind} must be a word that its code does not use already, not '${name}': use my-${name}`,
  );
}

/** A source file of a list with one more import, in the order of the alphabet, and one more entry at its end. */
export function listed(text: string, identifier: string, file: string): string {
  const lines = text.split('\n');
  const line = imports(`{ ${identifier} }`, file);
  const specifier = (other: string): string => /from '([^']+)'/.exec(other)?.[1] ?? '';
  const isImport = (other: string): boolean => other.startsWith('import ');
  const later = lines.findIndex((other) => isImport(other) && specifier(other) > file);
  lines.splice(later === -1 ? lines.findLastIndex(isImport) + 1 : later, 0, line);
  return lines.join('\n').replace(/,?\s*\];\s*$/, `, ${identifier}];\n`);
}
