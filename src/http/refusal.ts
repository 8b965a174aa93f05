/** A request that is answered with an error status: thrown by readers and guards, turned into `{error}` at the router's one door. */
export class HttpRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'HttpRefusal';
    this.status = status;
  }
}
