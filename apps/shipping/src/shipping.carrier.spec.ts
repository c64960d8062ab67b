import { carrierConformance } from './shipping.carrier.conformance';
import { InlineCarrier } from './shipping.carrier.inline';

describe('the carriers inside the process', () => carrierConformance(() => new InlineCarrier()));
