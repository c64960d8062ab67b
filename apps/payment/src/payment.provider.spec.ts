import { paymentProviderConformance } from './payment.provider.conformance';
import { InlinePaymentProvider } from './payment.provider.inline';

describe('the payment provider inside the process', () => paymentProviderConformance(() => new InlinePaymentProvider()));
