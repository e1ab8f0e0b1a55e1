/** Has the browser save what an address of the bucket answers with, under the name that it has there. */
export function saveAddress(address: string, name = ''): void {
  const link = document.createElement('a');
  link.href = address;
  // Of another origin only the answer can say that it is to be saved, and the address its name.
  link.download = name;
  link.click();
}

/** Has the browser save a file that was made here. */
export function saveFile(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  saveAddress(address, name);
  // The browser has begun by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
