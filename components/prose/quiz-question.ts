/**
 * Answers a choice at once: the explanation of the chosen option goes to the live region. The texts
 * are those of the answers that the page shows without script, so nothing is said twice.
 */
class QuizQuestion extends HTMLElement {
  connectedCallback() {
    this.addEventListener('change', ({ target }) => {
      if (target instanceof HTMLInputElement) this.answer(Number(target.value));
    });
  }

  private answer(choice: number) {
    const explanation = this.querySelectorAll('li')[choice];
    const feedback = this.querySelector('[role="status"]');
    if (!explanation || !feedback) return;
    feedback.replaceChildren(...explanation.cloneNode(true).childNodes);
    this.toggleAttribute('data-solved', explanation.hasAttribute('data-correct'));
  }
}

customElements.define('quiz-question', QuizQuestion);
