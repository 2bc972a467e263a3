/** On paper, where what is shown can be stepped through: the page's address, which has been written when it prints. */
import type { JSX } from 'preact';

export const PrintedAddress = (): JSX.Element => <p class="address">{location.href}</p>;
