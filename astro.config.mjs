// @ts-check
import preact from '@astrojs/preact';
import { satteri } from '@astrojs/markdown-satteri';
import sitemap from '@astrojs/sitemap';
import starlight from '@astrojs/starlight';
import { defineConfig } from 'astro/config';
import { baseLinks } from './src/site/base-links.ts';
import { contentSecurityPolicy } from './src/site/content-security-policy.ts';
import { mermaidDiagrams } from './src/site/mermaid/plugin.ts';
import { base, editBase, outDir, site } from './src/site/place.ts';
import { sidebar } from './src/site/sidebar.ts';
import { unbrokenNames } from './src/site/unbroken-names.ts';

// The folders at the root are the layers of the book (README.md, "The tree").
/** The views that every waveform needs, and what they need. */
const firstPicture =
  /src\/views\/(?:duel\/(?!DuelNarrow|TurnedLane|silhouette|turned)|lane\/(?!standings)|language\/|time\/(?:Latency|latency-layout))/;

/** What every widget steps with. */
const firstSteps =
  /widgets\/(?:flow-explorer\/(?:actions|choices|duel|saying|state)\.ts|kit\/(?:(?!lab|Help)[\w-]+\.tsx?|controls\/(?:Select|Tabs|Verb|choice)|page\/))|vocabulary\/(?:request-key|scenario|setup)\.ts/;

export default defineConfig({
  srcDir: '.',
  outDir,
  site,
  base,
  trailingSlash: 'always',
  markdown: {
    processor: satteri({
      mdastPlugins: [mermaidDiagrams()],
      hastPlugins: [baseLinks(base), unbrokenNames()],
      features: { headingAttributes: true },
    }),
  },
  vite: {
    worker: { format: 'es' },
    // What the first picture is drawn with is one file: in pieces, one for each view that shares it,
    // it compresses worse.
    environments: {
      client: {
        build: {
          rolldownOptions: {
            output: {
              codeSplitting: {
                groups: [
                  { name: 'figures', test: firstPicture },
                  { name: 'steps', test: firstSteps },
                ],
              },
            },
          },
        },
      },
    },
    // The scan for dependencies must not read tests, or Vitest lands in the browser's bundle.
    optimizeDeps: { entries: ['!tests/**', '!dist/**', '!.build/**'] },
    build: {
      rolldownOptions: {
        onLog(level, log, report) {
          if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
        },
      },
    },
  },
  integrations: [
    preact(),
    starlight({
      title: 'Beneath the Guest',
      description: 'An executable book on how Type 1 hypervisors move I/O.',
      favicon: '/favicon.svg',
      sidebar: sidebar(),
      routeMiddleware: './src/site/route-data.ts',
      customCss: ['./src/site/theme.css'],
      lastUpdated: true,
      disable404Route: true,
      ...(editBase && { editLink: { baseUrl: editBase } }),
      components: {
        Head: './components/page/Head.astro',
        PageTitle: './components/page/PageTitle.astro',
        Search: './components/page/Search.astro',
        SiteTitle: './components/page/SiteTitle.astro',
        ThemeProvider: './components/page/ThemeProvider.astro',
        ThemeSelect: './components/page/ThemeSelect.astro',
      },
      expressiveCode: {
        themes: ['github-dark-default', 'github-light-default'],
        styleOverrides: {
          borderColor: 'var(--hairline)',
          borderRadius: '6px',
          codeBackground: 'var(--below)',
          codeFontSize: 'var(--sl-text-code)',
          frames: {
            editorActiveTabBackground: 'transparent',
            editorActiveTabForeground: 'var(--muted)',
            editorActiveTabIndicatorTopColor: 'transparent',
            editorTabBarBackground: 'transparent',
            editorTabBarBorderBottomColor: 'var(--hairline)',
            terminalTitlebarBackground: 'transparent',
            terminalTitlebarForeground: 'var(--muted)',
            terminalTitlebarBorderBottomColor: 'var(--hairline)',
            terminalBackground: 'var(--below)',
            shadowColor: 'transparent',
          },
        },
      },
    }),
    sitemap({ filter: (page) => !page.includes('/embed/') }),
    contentSecurityPolicy(), // last: it hashes what the others wrote
  ],
});
