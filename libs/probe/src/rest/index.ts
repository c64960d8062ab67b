export { type BadRequest, badRequests } from './bad-requests';
export { bytesOf, exchange, type RawAnswer, type RawRequest, Unanswered } from './exchange';
export { type OpenApi, rightRequest, type Route, routesOf } from './routes';
