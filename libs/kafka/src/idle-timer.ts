// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- every project that imports this one needs the types, and none lists this file
/// <reference path="./kafkajs.d.ts" />
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

/** As in kafkajs: how often it looks whether a full connection has room again. */
const pendingCheck = 10;

/**
 * kafkajs 2.2.4 arms a timer after every response, also when nothing waits to be sent; the timer arms itself again. An idle connection so wakes up
 * about 900 times a second, 45 ms of CPU each second, and with a negative delay that Node 24 warns about. A timer is needed only while requests wait:
 * whoever adds one when there is none calls this again.
 */
export function mendIdleTimer(): void {
  RequestQueue.prototype.scheduleCheckPendingRequests = function (this: RequestQueue) {
    if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
    const throttledFor = this.throttledUntil - Date.now();
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      throttledFor > 0 ? throttledFor : pendingCheck,
    );
  };
}
