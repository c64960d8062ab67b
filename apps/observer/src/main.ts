import 'reflect-metadata';
import { constants, setPriority } from 'node:os';
import { runService, startWitness } from '@duet/participant';
import { fields } from './observer.config';
import { ObserverModule } from './observer.module';
import { ObserverStore } from './observer.store';

// Whoever looks on gives way to those it looks at, where they share a machine.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

void runService({
  name: 'observer',
  description:
    'Every saga of any process and style, as its messages tell it: where it stands, on whom it waits, what was undone. And all of them together.',
  fields,
  module: (config) => ObserverModule.with(config),
  start: startWitness(ObserverStore),
});
