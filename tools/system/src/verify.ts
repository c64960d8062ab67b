import { declaration as analytics } from '@duet/analytics/declaration';
import { declaration as inventory } from '@duet/inventory/declaration';
import { declaration as notification } from '@duet/notification/declaration';
import { declaration as orchestrator } from '@duet/orchestrator/declaration';
import { declaration as order } from '@duet/order/declaration';
import { declaration as payment } from '@duet/payment/declaration';
import { type Declaration, type Finding, verify } from '@duet/saga';
import { declaration as shipping } from '@duet/shipping/declaration';

/** What every service declares: the only place that sees all of them at once. */
export const declarations: readonly Declaration[] = [order, inventory, payment, shipping, notification, analytics, orchestrator];

/** What is wrong with the system as it is declared; nothing, if all is well. */
export const findings = (): readonly Finding[] => verify(declarations);
