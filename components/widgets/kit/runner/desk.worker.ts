/** The desk in a worker, so that no question, however long, keeps a reader's finger waiting. */
import { Desk } from './desk.ts';
import type { Told } from './question.ts';

const desk = new Desk((heard) => postMessage(heard));
addEventListener('message', ({ data }: MessageEvent<Told>) => desk.hear(data));
postMessage({ kind: 'ready' });
