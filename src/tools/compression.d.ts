/** What serve.ts uses of the package, which carries no types; those of others bring Express along. */
declare module 'compression' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  type Filter = (request: IncomingMessage, response: ServerResponse) => boolean;
  type Handler = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;
  const compression: ((options?: { readonly filter?: Filter }) => Handler) & {
    readonly filter: Filter;
  };
  export default compression;
}
