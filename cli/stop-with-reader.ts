/** Ends the program quietly when whoever reads its output leaves, as `| head` does; any other failure of it stays one. */
export function stopWithReader(output: NodeJS.WriteStream): void {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
}
