import type { RunResult } from './example.ts';

/** An example that has not answered after this time is stopped. */
const limitMs = 2000;

/** Runs an example in a worker of its own; a run that does not end is stopped and says so. */
async function runExample(id: string): Promise<RunResult> {
  const worker = new Worker(new URL('./run-example.worker.ts', import.meta.url), {
    type: 'module',
  });
  const outcome = new Promise<RunResult>((resolve) => {
    const fail = (message: string) => resolve({ ok: false, message });
    setTimeout(() => fail(`stopped after ${limitMs / 1000} seconds`), limitMs);
    worker.addEventListener('message', ({ data }: MessageEvent<RunResult>) => resolve(data));
    worker.addEventListener('error', ({ message }) => fail(message || 'it could not be loaded'));
  });
  worker.postMessage(id);
  return outcome.finally(() => worker.terminate());
}

class RunExample extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector<HTMLButtonElement>('.bar > button');
    if (!button) return;
    button.hidden = false;
    button.addEventListener('click', () => void this.run(button));
  }

  private async run(button: HTMLButtonElement) {
    button.disabled = true;
    const result = await runExample(this.dataset['example'] ?? '');
    button.disabled = false;
    const label = result.ok ? 'Output, run in your browser' : 'This run failed';
    this.write('samp', result.ok ? result.lines.join('\n') : result.message);
    this.write('.label', label);
    this.write('[role="status"]', `${label}.`);
    button.focus();
  }

  private write(selector: string, text: string) {
    const element = this.querySelector(`.output ${selector}`);
    if (element) element.textContent = text;
  }
}

customElements.define('run-example', RunExample);
