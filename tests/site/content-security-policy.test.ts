import { expect, test } from 'vitest';
import { policyOf, withPolicy } from '#site/content-security-policy.ts';

const alert = "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"; // of: alert(1)

test('inline scripts are allowed by their hash; files and data need none', () => {
  expect(policyOf('<script>alert(1)</script>')).toContain(alert);
  expect(policyOf('<script type="module">alert(1)</script>')).toContain(alert);
  expect(policyOf('<script src="/a.js"></script>')).not.toContain('sha256');
  expect(policyOf('<script type="application/json">{}</script>')).not.toContain('sha256');
});

test('the policy stands right after the charset', () => {
  const html = withPolicy('<html><head><meta charset="utf-8"><title>x</title></head></html>');
  expect(html).toMatch(/<meta charset="utf-8"><meta http-equiv="Content-Security-Policy"/);
  expect(() => withPolicy('<html></html>')).toThrow('without <meta charset>');
});
