import { conformance } from './conformance';
import { memoryCluster } from './memory';

conformance('the in-memory twin', async () => memoryCluster());
