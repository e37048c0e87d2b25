/**
 * The two ways a simulated command can fail: the kernel refuses it, or `ip` never sends it. Holds texts and exit codes
 * only; which rule is broken is decided by the callers.
 */

/** `strerror` texts of the errors that the modelled kernel functions return (seen on kernel 6.18, glibc 2.36). */
const ERRNO_TEXT = {
  EADDRINUSE: 'Address already in use',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  EAFNOSUPPORT: 'Address family not supported by protocol',
  EBUSY: 'Device or resource busy',
  EEXIST: 'File exists',
  EINVAL: 'Invalid argument',
  ELOOP: 'Too many levels of symbolic links',
  ENODEV: 'No such device',
  ENOENT: 'No such file or directory',
  ENOMEM: 'Cannot allocate memory',
  ENOTCONN: 'Transport endpoint is not connected',
  EOPNOTSUPP: 'Operation not supported',
  ERANGE: 'Numerical result out of range',
  EOVERFLOW: 'Value too large for defined data type',
} as const;

export type Errno = keyof typeof ERRNO_TEXT;

/** The kernel answered with an error: `ip` prints `stderr` and exits 2. */
export class KernelRefusal extends Error {
  stderr: string;

  constructor(errno: Errno, extack?: string) {
    super(errno);
    this.stderr = extack === undefined ? `RTNETLINK answers: ${ERRNO_TEXT[errno]}\n` : `Error: ${extack}.\n`;
  }
}

/**
 * `ip` itself gave up. `rc` 1: it returned an error (a batch goes on to print `Command failed`); 255: it called
 * `exit(-1)`, which ends a whole batch without naming the line.
 */
export class IpRefusal extends Error {
  readonly rc: 1 | 255;
  readonly stderr: string;

  constructor(rc: 1 | 255, stderr: string) {
    super(stderr);
    this.rc = rc;
    this.stderr = stderr;
  }
}

/** `invarg()` of iproute2. Messages that end in a newline there give an empty line after them here too. */
export function invalidArgument(message: string, argument: string): IpRefusal {
  return new IpRefusal(255, `Error: argument "${argument}" is wrong: ${message}\n`);
}

/** `incomplete_command()` of iproute2. */
export function incompleteCommand(): IpRefusal {
  return new IpRefusal(255, 'Command line is not complete. Try option "help"\n');
}
