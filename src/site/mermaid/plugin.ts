import type { MdastPluginDefinition } from 'satteri';
export function mermaidDiagrams(): MdastPluginDefinition {
  return { name: 'mermaid-diagrams' };
}
