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
  '/operations': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What people did to sagas, the latest first: who, when, what was asked for then, and how the saga stands by now */
    get: operations['DoneController_list'];
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
  '/residue': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What sagas that were turned back have done and not undone, and where: oldest first */
    get: operations['ResidueController_list'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/sagas': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Sagas that this orchestrator leads, newest first */
    get: operations['SagasController_list'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/sagas/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A saga: where it stands, what is next and by when, its history, what a cancel would do */
    get: operations['SagasController_get'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/sagas/{id}/cancel': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Turns a saga back, if it is not too late: before the pivot at once, then by asking the pivot’s owner */
    post: operations['SagasController_cancel'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/sagas/{id}/done': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Has the owner of a step record what a person did by hand, with the outcome as if its handler had returned it */
    post: operations['SagasController_done'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/sagas/{id}/pause': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Stops a saga from asking for anything more; what is under way is heard all the same */
    post: operations['SagasController_pause'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/sagas/{id}/resume': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Lets a paused saga go on; what it waits for gets its whole time again */
    post: operations['SagasController_resume'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/sagas/{id}/retry': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Has the owner of a step try again now */
    post: operations['SagasController_retry'];
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
    /** CancelSaga */
    CancelSaga: {
      text?: string | null;
    };
    /** DoneByHand */
    DoneByHand: {
      body: Record<string, never>;
      command: string;
      note: string;
      outcome?: string | null;
    };
    /** DonePage */
    DonePage: {
      items: {
        actor?: string | null;
        at: string;
        command?: string | null;
        /** @enum {unknown} */
        did: 'cancel' | 'pause' | 'resume' | 'retry' | 'done';
        input: Record<string, never>;
        process: string;
        refused?: {
          code: string;
          text: string;
        } | null;
        saga: string;
        sent: unknown[];
        /** @enum {unknown} */
        status: 'running' | 'compensating' | 'watching' | 'completed' | 'compensated' | 'compensation_failed' | 'paused';
        text: string;
      }[];
      next?: string | null;
    };
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
    /** OperationView */
    OperationView: {
      saga: {
        endedAt?: string | null;
        facts: Record<string, never>;
        history: {
          actor?: string | null;
          at: string;
          input: Record<string, never>;
          refused?: {
            code: string;
            text: string;
          } | null;
          sent: unknown[];
          text: string;
        }[];
        id: string;
        ifCancelled: {
          asks?: string | null;
          possible: boolean;
          text: string;
          undos: unknown[];
        };
        next?: {
          command: string;
          due: string;
          overdue: number;
          service: string;
          since: string;
          text: string;
        } | null;
        process: string;
        reason?: {
          code: string;
          text: string;
        } | null;
        residue: {
          command: string;
          parked?: {
            code: string;
            text: string;
          } | null;
          service: string;
          /** @enum {unknown} */
          state: 'done' | 'unknown';
          undo: string;
        }[];
        startedAt: string;
        /** @enum {unknown} */
        status: 'running' | 'compensating' | 'watching' | 'completed' | 'compensated' | 'compensation_failed' | 'paused';
        step?: string | null;
        steps: {
          asked: number;
          back?: string | null;
          /** @enum {unknown} */
          backState?: 'open' | 'asked' | 'done' | 'refused' | 'void' | 'undone' | 'parked' | null;
          command: string;
          /** @enum {unknown} */
          kind: 'compensatable' | 'pivot' | 'retriable';
          parked?: {
            code: string;
            text: string;
          } | null;
          service: string;
          /** @enum {unknown} */
          state: 'open' | 'asked' | 'done' | 'refused' | 'void' | 'undone' | 'parked';
          within: string;
        }[];
        /** @enum {unknown} */
        style: 'choreography' | 'orchestration' | 'hybrid';
        updatedAt: string;
        version: number;
      };
      sent: unknown[];
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
    /** ResiduePage */
    ResiduePage: {
      items: {
        command: string;
        parked?: {
          code: string;
          text: string;
        } | null;
        process: string;
        saga: string;
        service: string;
        /** @enum {unknown} */
        state: 'done' | 'unknown';
        /** @enum {unknown} */
        status: 'running' | 'compensating' | 'watching' | 'completed' | 'compensated' | 'compensation_failed' | 'paused';
        undo: string;
      }[];
      next?: string | null;
      totals: {
        command: string;
        count: number;
      }[];
    };
    /** RetrySaga */
    RetrySaga: {
      command?: string | null;
    };
    /** SagaPage */
    SagaPage: {
      items: {
        endedAt?: string | null;
        id: string;
        process: string;
        reason?: {
          code: string;
          text: string;
        } | null;
        startedAt: string;
        /** @enum {unknown} */
        status: 'running' | 'compensating' | 'watching' | 'completed' | 'compensated' | 'compensation_failed' | 'paused';
        step?: string | null;
        /** @enum {unknown} */
        style: 'choreography' | 'orchestration' | 'hybrid';
        updatedAt: string;
        version: number;
      }[];
      next?: string | null;
    };
    /** SagaView */
    SagaView: {
      endedAt?: string | null;
      facts: Record<string, never>;
      history: {
        actor?: string | null;
        at: string;
        input: Record<string, never>;
        refused?: {
          code: string;
          text: string;
        } | null;
        sent: unknown[];
        text: string;
      }[];
      id: string;
      ifCancelled: {
        asks?: string | null;
        possible: boolean;
        text: string;
        undos: unknown[];
      };
      next?: {
        command: string;
        due: string;
        overdue: number;
        service: string;
        since: string;
        text: string;
      } | null;
      process: string;
      reason?: {
        code: string;
        text: string;
      } | null;
      residue: {
        command: string;
        parked?: {
          code: string;
          text: string;
        } | null;
        service: string;
        /** @enum {unknown} */
        state: 'done' | 'unknown';
        undo: string;
      }[];
      startedAt: string;
      /** @enum {unknown} */
      status: 'running' | 'compensating' | 'watching' | 'completed' | 'compensated' | 'compensation_failed' | 'paused';
      step?: string | null;
      steps: {
        asked: number;
        back?: string | null;
        /** @enum {unknown} */
        backState?: 'open' | 'asked' | 'done' | 'refused' | 'void' | 'undone' | 'parked' | null;
        command: string;
        /** @enum {unknown} */
        kind: 'compensatable' | 'pivot' | 'retriable';
        parked?: {
          code: string;
          text: string;
        } | null;
        service: string;
        /** @enum {unknown} */
        state: 'open' | 'asked' | 'done' | 'refused' | 'void' | 'undone' | 'parked';
        within: string;
      }[];
      /** @enum {unknown} */
      style: 'choreography' | 'orchestration' | 'hybrid';
      updatedAt: string;
      version: number;
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
  DoneController_list: {
    parameters: {
      query?: {
        /** @description who did it */
        actor?: string;
        /** @description next of the page before */
        cursor?: string;
        /** @description 1 to 200, 50 if not said */
        limit?: unknown;
        /** @description the saga’s id */
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
          'application/json': components['schemas']['DonePage'];
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
  ResidueController_list: {
    parameters: {
      query?: {
        /** @description next of the page before */
        cursor?: unknown;
        /** @description 1 to 200 sagas, 50 if not said */
        limit?: unknown;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description how much over all, and a page of it */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ResiduePage'];
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
  SagasController_list: {
    parameters: {
      query?: {
        /** @description next of the page before */
        cursor?: string;
        /** @description what the saga knows: customerId:c-42, shipTo.country:CH; may come several times */
        fact?: unknown[];
        /** @description 1 to 200, 50 if not said */
        limit?: unknown;
        /** @description begun at least so long ago: 30s, 10m, 1h */
        olderThan?: string;
        process?: string;
        status?: 'running' | 'compensating' | 'watching' | 'completed' | 'compensated' | 'compensation_failed' | 'paused';
        /** @description the command whose answer is awaited: payment.ProcessPayment */
        step?: string;
        style?: 'choreography' | 'orchestration' | 'hybrid';
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
          'application/json': components['schemas']['SagaPage'];
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
  SagasController_get: {
    parameters: {
      query?: {
        /** @description where several processes have a saga with this id */
        process?: string;
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description the saga */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SagaView'];
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
  SagasController_cancel: {
    parameters: {
      query?: {
        /** @description where several processes have a saga with this id */
        process?: string;
      };
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
        'application/json': components['schemas']['CancelSaga'];
      };
    };
    responses: {
      /** @description what happened */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['OperationView'];
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
  SagasController_done: {
    parameters: {
      query?: {
        /** @description where several processes have a saga with this id */
        process?: string;
      };
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
        'application/json': components['schemas']['DoneByHand'];
      };
    };
    responses: {
      /** @description what happened */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['OperationView'];
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
  SagasController_pause: {
    parameters: {
      query?: {
        /** @description where several processes have a saga with this id */
        process?: string;
      };
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
          'application/json': components['schemas']['OperationView'];
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
  SagasController_resume: {
    parameters: {
      query?: {
        /** @description where several processes have a saga with this id */
        process?: string;
      };
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
          'application/json': components['schemas']['OperationView'];
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
  SagasController_retry: {
    parameters: {
      query?: {
        /** @description where several processes have a saga with this id */
        process?: string;
      };
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
        'application/json': components['schemas']['RetrySaga'];
      };
    };
    responses: {
      /** @description what happened */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['OperationView'];
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
