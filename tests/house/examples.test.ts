import { describe, expect, test } from 'vitest';
import type { ExampleModule } from '#components/prose/example.ts';

const examples = import.meta.glob<ExampleModule>('../../src/examples/*.ts', { eager: true });

describe.each(Object.entries(examples))('%s', (_, example) => {
  test('prints the same lines every time', () => {
    const print = () => {
      const lines: string[] = [];
      example.default((line) => lines.push(line));
      return lines;
    };
    const lines = print();
    expect(lines.length).toBeGreaterThan(0);
    expect(print()).toEqual(lines);
  });
});
