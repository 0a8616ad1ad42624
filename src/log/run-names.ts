/** What runs and their folders are called. */

/** An id for a run: 8 random letters and digits. */
export function randomId(): string {
  const letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  // 252 is the largest multiple of 36 in a byte; what is above is left out, so that no letter is likelier
  let id = "";
  while (id.length < 8)
    for (const byte of crypto.getRandomValues(new Uint8Array(16)))
      if (byte < 252 && id.length < 8) id += letters[byte % 36];
  return id;
}

/** Local time as `YYYYMMDD_HHMMSS`. */
export function timeStamp(time: number): string {
  const date = new Date(time);
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("");
  return `${day}_${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`;
}
