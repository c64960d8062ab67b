export { type BadRequest, badRequests } from './bad-requests';
export { bytesOf, exchange, HungUp, type RawAnswer, type RawRequest, Unanswered } from './exchange';
export { mutatedRequest } from './mutate-request';
export { type OpenApi, rightRequest, type Route, routesOf } from './routes';
