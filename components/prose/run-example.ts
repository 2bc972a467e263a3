import { runExample } from './example-run.ts';

/** What the button does next. */
const run = 'Run it here';
const stop = 'Stop';
const retry = 'Try again';

/**
 * Runs an example when its button is pressed. What a run printed takes the place of the output; a run
 * that failed is told below it, and the output stays.
 */
class RunExample extends HTMLElement {
  private running: AbortController | undefined;

  connectedCallback() {
    const button = this.querySelector<HTMLButtonElement>('.output button');
    if (!button) return;
    button.hidden = false;
    button.addEventListener('click', () => {
      if (this.running) this.running.abort();
      else void this.run(button);
    });
  }

  private async run(button: HTMLButtonElement) {
    this.running = new AbortController();
    button.textContent = stop;
    this.write('.told', 'Running ...');
    const outcome = await runExample(this.dataset['example'] ?? '', this.running.signal);
    this.running = undefined;
    button.textContent = outcome.ok ? run : retry;
    if (outcome.ok) {
      this.write('samp', outcome.lines.join('\n'));
      this.write('.label', 'Output, run in your browser');
      this.write('.told', '');
    } else this.write('.told', `This run failed: ${outcome.message}. The output above stays.`);
  }

  private write(selector: string, text: string) {
    const element = this.querySelector(`.output ${selector}`);
    if (element) element.textContent = text;
  }
}

customElements.define('run-example', RunExample);
