/** The first sign of a reader: what a step or a printer will ask for is fetched then, and not before. */
const signs = ['pointermove', 'pointerdown', 'keydown', 'scroll', 'focusin'] as const;

/** Resolves at the first sign. */
export const reader = new Promise<void>((resolve) => {
  if (typeof addEventListener === 'undefined') return;
  const meet = (): void => {
    for (const sign of signs) removeEventListener(sign, meet);
    resolve();
  };
  for (const sign of signs) addEventListener(sign, meet, { once: true, passive: true });
});
