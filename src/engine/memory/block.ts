/** Units in which the guest's block layer counts: sectors of a disk and pages of memory, in bytes. */
export const sectorBytes = 512;
export const pageBytes = 4096;
