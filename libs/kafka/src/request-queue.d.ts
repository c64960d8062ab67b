declare module 'kafkajs/src/network/requestQueue/index.js' {
  /** The part of kafkajs's request queue that idle-timer.ts mends. */
  export default class RequestQueue {
    readonly pending: unknown[];
    throttledUntil: number;
    throttleCheckTimeoutId: NodeJS.Timeout | null;
    checkPendingRequests(): void;
    scheduleCheckPendingRequests(): void;
  }
}
