export * from './inventory';
export * from './order';
export * from './parts';
export * from './payment';
export * from './shipping';
