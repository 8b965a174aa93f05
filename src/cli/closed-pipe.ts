const isClosedPipe = (fault: NodeJS.ErrnoException): boolean => fault.code === 'EPIPE';

/**
 * Whoever reads our output may stop reading, as `head` does: that ends a command and is no fault of it. A log that
 * nobody reads any more is no reason to stop a governor that is running, so there it is only dropped.
 */
export function endQuietlyWhenClosed(out: NodeJS.WriteStream, err: NodeJS.WriteStream): void {
  out.on('error', (fault: NodeJS.ErrnoException) => {
    if (!isClosedPipe(fault)) throw fault;
    process.exit(process.exitCode ?? 0);
  });
  err.on('error', (fault: NodeJS.ErrnoException) => {
    if (!isClosedPipe(fault)) throw fault;
  });
}
