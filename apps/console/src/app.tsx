import { Route, Switch } from 'wouter';
import { Frame } from './frame';
import { KeysProvider } from './keys/keys';
import { DuelPage } from './pages/duel';
import { FlowPage } from './pages/flow';
import { NowherePage } from './pages/nowhere';
import { OperationsPage } from './pages/operations';
import { OrderPage } from './pages/order';
import { OverviewPage } from './pages/overview';
import { ParkedPage } from './pages/parked';
import { SagaPage } from './pages/saga';
import { SagasPage } from './pages/sagas';

/** Every page by its address. */
export function App() {
  return (
    <KeysProvider>
      <Frame>
        <Switch>
          <Route path="/" component={OverviewPage} />
          <Route path="/sagas" component={SagasPage} />
          <Route path="/sagas/:process/:id">{({ process, id }) => <SagaPage process={process} id={id} />}</Route>
          <Route path="/duel" component={DuelPage} />
          <Route path="/flow" component={FlowPage} />
          <Route path="/parked" component={ParkedPage} />
          <Route path="/operations" component={OperationsPage} />
          <Route path="/order" component={OrderPage} />
          <Route component={NowherePage} />
        </Switch>
      </Frame>
    </KeysProvider>
  );
}
