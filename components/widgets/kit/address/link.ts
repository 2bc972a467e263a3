/** What ties a widget to the address line, in one piece: fetched when there is an address to read or to write. */
export { linkTo, writeLate, writeNow } from './bar.ts';
export { askedOf } from './query.ts';
