/** What the inline script of ThemeProvider.astro leaves behind. */
declare global {
  interface Window {
    readonly bookTheme: {
      readonly chosen: () => 'auto' | 'light' | 'dark';
      readonly choose: (theme: string) => void;
      /** Makes every picker of the page show what is chosen. */
      readonly showChoice: () => void;
    };
  }
}

export class ThemeSelect extends HTMLElement {
  connectedCallback() {
    this.addEventListener('change', ({ target }) => {
      if (!(target instanceof HTMLSelectElement)) return;
      window.bookTheme.choose(target.value);
      window.bookTheme.showChoice();
    });
  }
}

customElements.define('starlight-theme-select', ThemeSelect);
