/** A new figure: one file of data. */
import { imports, sentenceCase } from './names.ts';
import type { Plan } from './plan.ts';

export const figure = (name: string): Plan => ({
  files: {
    [`src/figures/${name}.ts`]: `
${imports('{ lanes }', '#engine/index.ts')}
${imports('{ type DuelFigure, onePacketSent }', './kinds/duel.ts')}

export default {
  kind: 'duel',
  title: '${sentenceCase(name)}',
  caption: 'One packet is sent through the paravirtual card of each product. Compare where the lanes cross the heavy line.',
  alternative: 'Two lanes. On Hyper-V the guest signals and the root partition takes the packet to the network card; on ESXi the guest exits and the VMkernel does.',
  setup: { shared: onePacketSent, lanes: lanes('hyper-v/netvsc', 'esxi/vmxnet3') },
} satisfies DuelFigure;
`,
  },
  next: [
    'choose lanes and operation, then write caption and alternative for what the picture shows; no numbers in them',
    `show it in a chapter: <Figure id="${name}" />`,
  ],
});
