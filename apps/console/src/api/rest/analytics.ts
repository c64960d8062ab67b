// Made from the OpenAPI document of the service: npm run client. Do not edit.

export interface paths {
  '/held': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Messages that wait at this service or were set aside, oldest first */
    get: operations['HeldController_list'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/held/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One of them: where it comes from, its headers, its bytes, and what people have done about it */
    get: operations['HeldController_one'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/held/{id}/drop': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Gives up what nobody can read, or what was merely heard; an action is refused, and never happens */
    post: operations['HeldOperationsController_drop'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/held/{id}/redrive': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Has a held message tried again now, in its order */
    post: operations['HeldOperationsController_redrive'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/held/{id}/settle': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Records what a person did by hand: the outcome is told as if the handler had returned it */
    post: operations['HeldOperationsController_settle'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/held/drop': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Gives up the messages of a group, each as far as it can be */
    post: operations['HeldOperationsController_dropGroup'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/held/groups': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How many wait or were set aside, for which reason: the largest group first, at most 200 */
    get: operations['HeldController_groups'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/held/operations': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What people have done about them, the latest first, and what has become of that by now */
    get: operations['HeldController_operations'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/held/redrive': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Has the messages of a group tried again now, each in its order */
    post: operations['HeldOperationsController_redriveGroup'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/minutes': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Orders, revenue and refusals by the minute, oldest first */
    get: operations['AnalyticsController_list'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/outbox': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How much waits to be sent, and how far back it could be sent again */
    get: operations['OutboxController_state'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/outbox/resend': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Has a part of what was sent since a time sent again: with the old ids, in the order of each saga. Who has received it drops it */
    post: operations['OutboxController_resend'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /** DropGroup */
    DropGroup: {
      all?: boolean | null;
      cursor?: string | null;
      limit?: number | null;
      note: string;
      reason?: string | null;
      /** @enum {unknown} */
      state?: 'parked' | 'retrying' | 'aside' | null;
      task?: string | null;
    };
    /** DropHeld */
    DropHeld: {
      note: string;
    };
    /** GroupDoneView */
    GroupDoneView: {
      items: {
        code?: string | null;
        id: string;
        process?: string | null;
        saga?: string | null;
        /** @enum {unknown} */
        state: 'calling' | 'waiting' | 'retrying' | 'parked' | 'dropped' | 'done' | 'refused' | 'undone' | 'not-done';
        task: string;
        text: string;
      }[];
      next?: string | null;
    };
    /** HeldGroupsView */
    HeldGroupsView: {
      items: {
        count: number;
        example: string;
        newest: string;
        oldest: string;
        reason?: string | null;
        /** @enum {unknown} */
        state: 'waiting' | 'calling' | 'retrying' | 'parked' | 'aside';
        task: string;
        text?: string | null;
      }[];
    };
    /** HeldOneView */
    HeldOneView: {
      attempts: number;
      bytes: number;
      dueAt?: string | null;
      headers: Record<string, never>;
      heldAt: string;
      id: string;
      key?: {
        base64?: string | null;
        text?: string | null;
      } | null;
      lineage: {
        ask?: string | null;
        cause?: string | null;
        hop?: string | null;
        process?: string | null;
        saga?: string | null;
        source?: string | null;
        style?: string | null;
        time?: string | null;
        type?: string | null;
        version?: string | null;
      };
      messageId?: string | null;
      operations: {
        actor: string;
        at: string;
        /** @enum {unknown} */
        did: 'redrive' | 'settle' | 'drop';
        note?: string | null;
      }[];
      process?: string | null;
      reason?: {
        code: string;
        text: string;
      } | null;
      saga?: string | null;
      /** @enum {unknown} */
      state: 'waiting' | 'calling' | 'retrying' | 'parked' | 'aside';
      /** @enum {unknown} */
      step: 'none' | 'calling' | 'done' | 'refused' | 'undone' | 'tombstone';
      task: string;
      topic: string;
      value?: {
        base64?: string | null;
        text?: string | null;
      } | null;
    };
    /** HeldOperationsPage */
    HeldOperationsPage: {
      items: {
        actor: string;
        at: string;
        /** @enum {unknown} */
        did: 'redrive' | 'settle' | 'drop';
        messageId: string;
        note?: string | null;
        process?: string | null;
        reason?: string | null;
        saga?: string | null;
        /** @enum {unknown} */
        state: 'waiting' | 'calling' | 'retrying' | 'parked' | 'dropped' | 'done' | 'refused' | 'undone';
        task: string;
      }[];
      next?: string | null;
    };
    /** HeldPage */
    HeldPage: {
      items: {
        attempts: number;
        bytes: number;
        dueAt?: string | null;
        headers: Record<string, never>;
        heldAt: string;
        id: string;
        key?: {
          base64?: string | null;
          text?: string | null;
        } | null;
        lineage: {
          ask?: string | null;
          cause?: string | null;
          hop?: string | null;
          process?: string | null;
          saga?: string | null;
          source?: string | null;
          style?: string | null;
          time?: string | null;
          type?: string | null;
          version?: string | null;
        };
        messageId?: string | null;
        process?: string | null;
        reason?: {
          code: string;
          text: string;
        } | null;
        saga?: string | null;
        /** @enum {unknown} */
        state: 'waiting' | 'calling' | 'retrying' | 'parked' | 'aside';
        /** @enum {unknown} */
        step: 'none' | 'calling' | 'done' | 'refused' | 'undone' | 'tombstone';
        task: string;
        topic: string;
        value?: {
          base64?: string | null;
          text?: string | null;
        } | null;
      }[];
      next?: string | null;
    };
    /** MinuteCounts */
    MinuteCounts: {
      items: {
        currency?: string | null;
        minute: string;
        orders: number;
        reason?: string | null;
        revenue?: string | null;
        /** @enum {unknown} */
        style: 'choreography' | 'orchestration' | 'hybrid';
        /** @enum {unknown} */
        what: 'placed' | 'confirmed' | 'rejected' | 'cancelled';
      }[];
    };
    /** OperatedView */
    OperatedView: {
      outcome?: {
        body: Record<string, never>;
        type: string;
      } | null;
      reason?: {
        code: string;
        text: string;
      } | null;
      /** @enum {unknown} */
      state: 'calling' | 'waiting' | 'retrying' | 'parked' | 'dropped' | 'done' | 'refused' | 'undone';
      text: string;
    };
    /** OutboxView */
    OutboxView: {
      sentSince?: string | null;
      unsent: number;
    };
    Problem: {
      /** @description for programs: which of the things that the status can mean */
      code?: string;
      detail: string;
      errors?: {
        /** @description a JSON pointer into the body */
        path: string;
        text: string;
      }[];
      status: number;
      title: string;
      type: string;
    };
    /** RedriveGroup */
    RedriveGroup: {
      all?: boolean | null;
      cursor?: string | null;
      limit?: number | null;
      reason?: string | null;
      /** @enum {unknown} */
      state?: 'parked' | 'retrying' | null;
      task?: string | null;
    };
    /** ResendOutbox */
    ResendOutbox: {
      from?: string | null;
      since: string;
      until?: string | null;
    };
    /** ResentView */
    ResentView: {
      busy: number;
      messages: number;
      next?: string | null;
      sagas: number;
      until: string;
    };
    /** SettleHeld */
    SettleHeld: {
      body: Record<string, never>;
      note: string;
      outcome?: string | null;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  HeldController_list: {
    parameters: {
      query?: {
        cursor?: unknown;
        /** @description 1 to 200, 50 if not given */
        limit?: unknown;
        /** @description the code of the reason */
        reason?: string;
        state?: 'waiting' | 'calling' | 'retrying' | 'parked' | 'aside';
        /** @description the command, or the event that was heard */
        task?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description a page of them */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['HeldPage'];
        };
      };
      /** @description What went wrong: RFC 9457 */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  HeldController_one: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the message */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['HeldOneView'];
        };
      };
      /** @description What went wrong: RFC 9457 */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  HeldOperationsController_drop: {
    parameters: {
      query?: never;
      header: {
        /** @description who does it: for the history */
        'X-Actor': string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['DropHeld'];
      };
    };
    responses: {
      /** @description what happened */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['OperatedView'];
        };
      };
      /** @description its outside call has been made and has not answered yet */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['OperatedView'];
        };
      };
      /** @description What went wrong: RFC 9457 */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  HeldOperationsController_redrive: {
    parameters: {
      query?: never;
      header: {
        /** @description who does it: for the history */
        'X-Actor': string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description what happened */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['OperatedView'];
        };
      };
      /** @description its outside call has been made and has not answered yet */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['OperatedView'];
        };
      };
      /** @description What went wrong: RFC 9457 */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  HeldOperationsController_settle: {
    parameters: {
      query?: never;
      header: {
        /** @description who does it: for the history */
        'X-Actor': string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['SettleHeld'];
      };
    };
    responses: {
      /** @description what happened */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['OperatedView'];
        };
      };
      /** @description its outside call has been made and has not answered yet */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['OperatedView'];
        };
      };
      /** @description What went wrong: RFC 9457 */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  HeldOperationsController_dropGroup: {
    parameters: {
      query?: never;
      header: {
        /** @description who does it: for the history */
        'X-Actor': string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['DropGroup'];
      };
    };
    responses: {
      /** @description what happened to each; ask again from next on for the rest */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['GroupDoneView'];
        };
      };
      /** @description What went wrong: RFC 9457 */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  HeldController_groups: {
    parameters: {
      query?: {
        /** @description the code of the reason */
        reason?: string;
        state?: 'waiting' | 'calling' | 'retrying' | 'parked' | 'aside';
        /** @description the command, or the event that was heard */
        task?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the groups */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['HeldGroupsView'];
        };
      };
      /** @description What went wrong: RFC 9457 */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  HeldController_operations: {
    parameters: {
      query?: {
        /** @description who did it */
        actor?: string;
        cursor?: string;
        /** @description 1 to 200, 50 if not given */
        limit?: unknown;
        /** @description the id of the saga that it was about */
        saga?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description a page of it */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['HeldOperationsPage'];
        };
      };
      /** @description What went wrong: RFC 9457 */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  HeldOperationsController_redriveGroup: {
    parameters: {
      query?: never;
      header: {
        /** @description who does it: for the history */
        'X-Actor': string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['RedriveGroup'];
      };
    };
    responses: {
      /** @description what happened to each; ask again from next on for the rest */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['GroupDoneView'];
        };
      };
      /** @description What went wrong: RFC 9457 */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  AnalyticsController_list: {
    parameters: {
      query?: {
        last?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description minutes in which something happened */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MinuteCounts'];
        };
      };
      /** @description What went wrong: RFC 9457 */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  OutboxController_state: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['OutboxView'];
        };
      };
      /** @description What went wrong: RFC 9457 */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  OutboxController_resend: {
    parameters: {
      query?: never;
      header: {
        /** @description who does it: for the history */
        'X-Actor': string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ResendOutbox'];
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ResentView'];
        };
      };
      /** @description What went wrong: RFC 9457 */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
}
