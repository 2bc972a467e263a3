/** Copies the code below its button, and says whether that went well. */
class CopyCode extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector('button');
    if (!button) return;
    button.hidden = false;
    button.addEventListener('click', () => void this.copy(button));
  }

  private async copy(button: HTMLButtonElement) {
    const code = this.querySelector('pre')?.textContent ?? '';
    try {
      await navigator.clipboard.writeText(code);
      button.textContent = 'Copied';
    } catch {
      button.textContent = 'The browser refused';
    }
  }
}

customElements.define('copy-code', CopyCode);
