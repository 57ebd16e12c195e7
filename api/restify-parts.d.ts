declare module 'restify/lib/server.js' {
  import type { Server, ServerOptions } from 'restify';

  const RestifyServer: new (options: ServerOptions) => Server;
  export = RestifyServer;
}

declare module 'restify/lib/router.js' {
  import type { Router as RestifyRouter, ServerOptions } from 'restify';

  const Router: new (options: ServerOptions) => RestifyRouter;
  export = Router;
}
