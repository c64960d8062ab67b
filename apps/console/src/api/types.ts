import type { components as AnalyticsComponents } from './rest/analytics';
import type { components } from './rest/observer';
import type { components as OrchestratorComponents } from './rest/orchestrator';
import type { components as OrderComponents } from './rest/order';
import type { components as PaymentComponents } from './rest/payment';

type Views = components['schemas'];
type HeldViews = PaymentComponents['schemas'];

/** The documents say of whatever is optional that it may be null, too; the observer leaves it out. */
export type Given<T> = T extends readonly (infer I)[] ? Given<I>[] : T extends object ? { [K in keyof T]: Given<Exclude<T[K], null>> } : T;

/** What the observer answers, under the names that it has there. */
export type SagaRow = Given<Views['SagaRows']>['items'][number];
export type SagaDetail = Given<Views['SagaDetail']>;
export type MessageView = SagaDetail['log'][number];
export type SagaStepView = SagaDetail['steps'][number];
export type ParkedView = Given<Views['ParkedPage']>['items'][number];
export type ParkedGroup = Given<Views['ParkedPage']>['groups'][number];
export type OverviewView = Given<Views['OverviewView']>;
export type NowView = OverviewView['now'];
export type MinuteView = OverviewView['minutes'][number];
export type OutcomeView = OverviewView['outcomes'][number];
export type StepLatencyView = OverviewView['steps'][number];
export type ServiceView = Given<Views['ServiceList']>['items'][number];
export type FlowView = Given<Views['FlowView']>;
export type Style = SagaRow['style'];
/** What analytics counts of one minute. */
export type CountView = Given<AnalyticsComponents['schemas']['MinuteCounts']>['items'][number];
/** What the services answer about what they hold. */
export type HeldOneView = HeldViews['HeldOneView'];
export type OperatedView = HeldViews['OperatedView'];
/** What people did, as the services have noted it. */
export type HeldOperationView = HeldViews['HeldOperationsPage']['items'][number];
export type LedOperationView = Given<OrchestratorComponents['schemas']['DonePage']>['items'][number];
export type OrderOperationView = Given<OrderComponents['schemas']['OrderOperationsPage']>['items'][number];

/** What the orchestrator answers about a saga that it leads. */
export type LedSaga = Given<OrchestratorComponents['schemas']['SagaView']>;

/** `data` of an event `message` of `GET /api/events`. */
export type TapeEntry = Given<Views['TapeEntry']>;
