/** A server that does nothing: how long Node and restify alone take to start. */
import restify from 'restify';

const server = restify.createServer();
server.get('/health/ready', async (_request, response) => {
  response.send(200, { status: 'ready' });
});
server.listen(Number(process.env['PORT']), '127.0.0.1');
