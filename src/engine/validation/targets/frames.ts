/** A full frame without its check sequence. */
export const fullFrame = 1514;
/** The most that a driver takes at once for the card to segment. */
export const largeSend = 65_536;
