const NORTH_AMERICAN = /^\+1(\d{3})(\d{3})(\d{4})$/;

/** `+14055551234` as people write it, `(405) 555-1234`; everything else, also short codes and names, as it is. */
export function formatPhoneNumber(number: string): string {
  const parts = NORTH_AMERICAN.exec(number);
  return parts ? `(${parts[1]}) ${parts[2]}-${parts[3]}` : number;
}
