// @ts-check
import mdx from '@astrojs/mdx';
import preact from '@astrojs/preact';
import { satteri } from '@astrojs/markdown-satteri';
import sitemap from '@astrojs/sitemap';
import starlight from '@astrojs/starlight';
import { defineConfig } from 'astro/config';
import { baseLinks } from './src/site/base-links.ts';
import { chunkGroups } from './src/site/chunks.ts';
import { codeBlocks } from './src/site/code-blocks.ts';
import { contentSecurityPolicy } from './src/site/content-security-policy.ts';
import { mermaidDiagrams } from './src/site/mermaid/plugin.ts';
import { base, editBase, outDir, site } from './src/site/place.ts';
import { sidebar } from './src/site/sidebar.ts';
import { focusableTables } from './src/site/focusable-tables.ts';
import { unbrokenNames } from './src/site/unbroken-names.ts';

// The folders at the root are the layers of the book (README.md, "The tree").
export default defineConfig({
  srcDir: '.',
  outDir,
  site,
  base,
  trailingSlash: 'always',
  markdown: {
    syntaxHighlight: false,
    processor: satteri({
      mdastPlugins: [mermaidDiagrams(), codeBlocks()],
      hastPlugins: [baseLinks(base), focusableTables(), unbrokenNames()],
      features: { headingAttributes: true },
    }),
  },
  vite: {
    worker: { format: 'es' },
    environments: {
      client: {
        build: { rolldownOptions: { output: { codeSplitting: { groups: chunkGroups } } } },
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
      expressiveCode: false, // codeBlocks colours code, with the highlighter that labs have too
    }),
    mdx({ optimize: true }),
    sitemap({ filter: (page) => !page.includes('/embed/') }),
    contentSecurityPolicy(), // last: it hashes what the others wrote
  ],
});
