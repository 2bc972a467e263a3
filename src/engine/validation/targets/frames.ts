/** A full frame without its check sequence. */
export const fullFrame = 1514;
/** The most that a driver takes at once for the card to segment. */
export const largeSend = 65_536;
/** The price that is derived for what a guest's network stack does to send a frame. */
export const networkStack = {
  'guest-network-send': 1420,
  'guest-network-send-byte': 0.2026,
} as const;
