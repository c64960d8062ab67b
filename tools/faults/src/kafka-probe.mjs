// @ts-check
export { probeKafka } from '../../local/src/kafka-probe.mjs';
