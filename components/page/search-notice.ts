const folder = `${import.meta.env.BASE_URL}pagefind/`;

/** Whether what Pagefind begins with can be fetched. */
async function searchIsThere(): Promise<boolean> {
  const files = ['pagefind.js', 'pagefind-entry.json'].map((file) => fetch(folder + file));
  const answers = await Promise.all(files).catch(() => []);
  return answers.length > 0 && answers.every(({ ok }) => ok);
}

const notice =
  'Search could not be loaded. Reload the page to try again; the contents are in the menu.';

/** Asked when search is opened first, so that nobody waits for an answer that cannot come. */
document.querySelector('site-search dialog')?.addEventListener(
  'focusin',
  async () => {
    if (await searchIsThere()) return;
    const told = document.createElement('p');
    told.setAttribute('role', 'alert');
    told.textContent = notice;
    document.querySelector('#starlight__search')?.replaceChildren(told);
  },
  { once: true },
);
