import { orchestrator } from '@duet/saga';
import { placeOrder } from './place-order.saga';

export { placeOrder } from './place-order.saga';

export const declaration = orchestrator({ name: 'orchestrator', sagas: [placeOrder] });
