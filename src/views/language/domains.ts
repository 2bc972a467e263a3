/** How domains are named in figures. Colours are classes; `figures.css` gives them their tokens. */
import type { Domain, DomainColour, World } from '#engine/index.ts';

/** The class that sets a domain's colour, fill and text colour for what is inside it. */
export const colourClass = (colour: DomainColour): string => `bg-d-${colour}`;

/** Whether drivers of the physical devices may live in domains of this colour: drawn hollow without colour. */
export const isHollow = (colour: DomainColour): boolean => colour === 'kernel';

/** The domain that the guest's own code runs in. */
export const guestOf = (world: World): Domain | undefined =>
  world.domains.find(({ colour }) => colour === 'guest');
