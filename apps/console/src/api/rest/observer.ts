// Made from the OpenAPI document of the service: npm run client. Do not edit.

export interface paths {
  '/api/differences': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Where what the services declare and what happens differ */
    get: operations['SystemController_differences'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Everything that is heard, as it is heard (server-sent events)
     * @description `begin`: the place in the log at which the stream begins, where none was given. `message`: one message of a saga (a TapeEntry as JSON), its id is its place in the log: with Last-Event-ID the stream goes on right after it, and nothing is missed. `attention`: the counts of what needs a look have changed (a NowView); it has no id. `reset`: the log that the place belongs to is gone, or forgotten so far: load everything anew; the stream goes on with what comes now.
     */
    get: operations['EventsController_stream'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/flow/{process}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The graph of services and messages of a process: as declared, and as it really happens, in one */
    get: operations['SystemController_flow'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/overview': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What is going on, what is stuck, and on whom it waits */
    get: operations['SystemController_show'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/parked': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Messages that wait for a person, the oldest first; what to do about one is asked of its service (/held) */
    get: operations['SystemController_parked'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/processes': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The processes that were seen, or that some manifest speaks of */
    get: operations['SystemController_processes'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/sagas': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Sagas of any process and style, the newest first */
    get: operations['SagasController_list'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/sagas/{process}/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One saga with everything that is known of it */
    get: operations['SagasController_find'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/sagas/{process}/{id}/mermaid': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What happened in it, as a sequence diagram for copying */
    get: operations['SagasController_mermaid'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/services': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The services: what each declares, what it has said, what it has still to read, and who waits for it */
    get: operations['SystemController_services'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/unreadable': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Messages that cannot be read at all, the latest first */
    get: operations['SystemController_unreadable'];
    put?: never;
    post?: never;
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
    /** DifferenceList */
    DifferenceList: {
      items: {
        count: number;
        /** @enum {unknown} */
        kind: 'undeclared-service' | 'undeclared-event' | 'silent-reaction' | 'unheard-event' | 'service-gone';
        on?: string | null;
        process?: string | null;
        service: string;
        text: string;
        type?: string | null;
      }[];
    };
    /** FlowView */
    FlowView: {
      edges: {
        choreography: number;
        declaredIn: ('choreography' | 'orchestration' | 'hybrid')[];
        from: string;
        hybrid: number;
        /** @enum {unknown} */
        kind: 'command' | 'event';
        latency?: {
          count: number;
          p50Ms: number;
          p95Ms: number;
          p99Ms: number;
        } | null;
        latencyIn: {
          choreography?: {
            count: number;
            p50Ms: number;
            p95Ms: number;
            p99Ms: number;
          } | null;
          hybrid?: {
            count: number;
            p50Ms: number;
            p95Ms: number;
            p99Ms: number;
          } | null;
          orchestration?: {
            count: number;
            p50Ms: number;
            p95Ms: number;
            p99Ms: number;
          } | null;
        };
        /** @enum {unknown} */
        means: 'forward' | 'refusal' | 'undo' | 'question' | 'beside';
        notedIn: ('choreography' | 'orchestration' | 'hybrid')[];
        orchestration: number;
        to: string;
        type: string;
      }[];
      nodes: {
        declared: boolean;
        leads: boolean;
        messages: number;
        service: string;
      }[];
      process: string;
    };
    /** MermaidView */
    MermaidView: {
      mermaid: string;
    };
    /** OverviewView */
    OverviewView: {
      asOf: string;
      backlog: {
        messages?: number | null;
        service: string;
      }[];
      bottleneck?: {
        service: string;
        sharePercent: number;
        text: string;
      } | null;
      caughtUp: boolean;
      minutes: {
        compensated: number;
        completed: number;
        minute: string;
        process: string;
        started: number;
        /** @enum {unknown} */
        style: 'choreography' | 'orchestration' | 'hybrid';
      }[];
      needs: {
        beyond?: number | null;
        concerns: ('stalled' | 'parked' | 'loop' | 'undo-incomplete' | 'undo-failed')[];
        customer?: string | null;
        durationMs: number;
        endedAt?: string | null;
        hops: number;
        id: string;
        lastAt: string;
        messages: number;
        process: string;
        reason?: {
          code: string;
          text: string;
        } | null;
        startedAt: string;
        /** @enum {unknown} */
        state: 'running' | 'compensating' | 'completed' | 'compensated';
        /** @enum {unknown} */
        style: 'choreography' | 'orchestration' | 'hybrid';
        text: string;
        version?: number | null;
        waiting?: {
          command?: string | null;
          dueAt: string;
          overdue: boolean;
          service: string;
          since: string;
          usuallyMs?: number | null;
        } | null;
      }[];
      now: {
        compensating: number;
        loop: number;
        parked: number;
        running: number;
        stalled: number;
        undoFailed: number;
        undoIncomplete: number;
      };
      outcomes: {
        count: number;
        process: string;
        reason?: string | null;
        /** @enum {unknown} */
        state: 'running' | 'compensating' | 'completed' | 'compensated';
        /** @enum {unknown} */
        style: 'choreography' | 'orchestration' | 'hybrid';
      }[];
      position: string;
      rules: string[];
      steps: {
        deciding: boolean;
        latency: {
          count: number;
          p50Ms: number;
          p95Ms: number;
          p99Ms: number;
        };
        process: string;
        service: string;
        sharePercent: number;
        step: string;
        /** @enum {unknown} */
        style: 'choreography' | 'orchestration' | 'hybrid';
      }[];
    };
    /** ParkedPage */
    ParkedPage: {
      groups: {
        code: string;
        command: string;
        count: number;
        service: string;
      }[];
      items: {
        command: string;
        id: string;
        messageId: string;
        process: string;
        reason: {
          code: string;
          text: string;
        };
        /** @enum {unknown} */
        role: 'action' | 'undo' | 'cancel' | 'retriable' | 'hears';
        service: string;
        since: string;
      }[];
      next?: string | null;
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
    /** ProcessList */
    ProcessList: {
      items: {
        declared: boolean;
        process: string;
        sagas: number;
        styles: ('choreography' | 'orchestration' | 'hybrid')[];
      }[];
    };
    /** SagaDetail */
    SagaDetail: {
      beyond?: number | null;
      concerns: ('stalled' | 'parked' | 'loop' | 'undo-incomplete' | 'undo-failed')[];
      customer?: string | null;
      durationMs: number;
      endedAt?: string | null;
      facts: Record<string, never>;
      hops: number;
      id: string;
      ifCancelled: {
        asks?: string | null;
        ends?: string | null;
        possible: boolean;
        text: string;
        undos: string[];
      };
      lanes: string[];
      lastAt: string;
      log: {
        /** @enum {unknown} */
        ask?: 'again' | 'now' | 'settled' | null;
        at: string;
        body: Record<string, never>;
        cause?: string | null;
        causeType?: string | null;
        hop: number;
        id: string;
        /** @enum {unknown} */
        kind: 'command' | 'event';
        /** @enum {unknown} */
        means: 'forward' | 'refusal' | 'undo' | 'question' | 'beside';
        position: string;
        reason?: {
          code: string;
          text: string;
        } | null;
        seq: number;
        service: string;
        sinceStartMs: number;
        to?: string | null;
        tookMs?: number | null;
        traceparent?: string | null;
        type: string;
        undoes?: string | null;
        void: boolean;
      }[];
      loop?: {
        lineage: {
          at: string;
          hop: number;
          id: string;
          service: string;
          type: string;
        }[];
        round: string[];
        stopped: boolean;
        text: string;
        times: number;
      } | null;
      messages: number;
      notUndone: string[];
      parked: {
        command: string;
        id: string;
        messageId: string;
        process: string;
        reason: {
          code: string;
          text: string;
        };
        /** @enum {unknown} */
        role: 'action' | 'undo' | 'cancel' | 'retriable' | 'hears';
        service: string;
        since: string;
      }[];
      process: string;
      reason?: {
        code: string;
        text: string;
      } | null;
      remaining: string[];
      startedAt: string;
      /** @enum {unknown} */
      state: 'running' | 'compensating' | 'completed' | 'compensated';
      steps: {
        answer?: string | null;
        answeredAt?: string | null;
        asked: number;
        askedAt?: string | null;
        /** @enum {unknown} */
        by: 'command' | 'reaction';
        command: string;
        forward: boolean;
        /** @enum {unknown} */
        kind: 'compensatable' | 'pivot' | 'retriable';
        on: string;
        service: string;
        /** @enum {unknown} */
        state: 'open' | 'waiting' | 'done' | 'refused' | 'void' | 'undoing' | 'undone' | 'parked';
        tookMs?: number | null;
        undo?: {
          answeredAt?: string | null;
          askedAt?: string | null;
          command: string;
          /** @enum {unknown} */
          state: 'open' | 'waiting' | 'done' | 'refused' | 'void' | 'undoing' | 'undone' | 'parked';
        } | null;
        usuallyMs?: number | null;
        withinMs?: number | null;
      }[];
      /** @enum {unknown} */
      style: 'choreography' | 'orchestration' | 'hybrid';
      text: string;
      version?: number | null;
      waiting?: {
        command?: string | null;
        dueAt: string;
        overdue: boolean;
        service: string;
        since: string;
        usuallyMs?: number | null;
      } | null;
      waitsFor: {
        command?: string | null;
        dueAt: string;
        overdue: boolean;
        service: string;
        since: string;
        usuallyMs?: number | null;
      }[];
    };
    /** SagaRows */
    SagaRows: {
      items: {
        beyond?: number | null;
        concerns: ('stalled' | 'parked' | 'loop' | 'undo-incomplete' | 'undo-failed')[];
        customer?: string | null;
        durationMs: number;
        endedAt?: string | null;
        hops: number;
        id: string;
        lastAt: string;
        messages: number;
        process: string;
        reason?: {
          code: string;
          text: string;
        } | null;
        startedAt: string;
        /** @enum {unknown} */
        state: 'running' | 'compensating' | 'completed' | 'compensated';
        /** @enum {unknown} */
        style: 'choreography' | 'orchestration' | 'hybrid';
        text: string;
        version?: number | null;
        waiting?: {
          command?: string | null;
          dueAt: string;
          overdue: boolean;
          service: string;
          since: string;
          usuallyMs?: number | null;
        } | null;
      }[];
      next?: string | null;
    };
    /** ServiceList */
    ServiceList: {
      items: {
        awaited: number;
        backlog?: number | null;
        build?: string | null;
        declared: boolean;
        firstAt?: string | null;
        handles: string[];
        lastAt?: string | null;
        leads: string[];
        messages: number;
        notes: string[];
        reacts: string[];
        readers?: number | null;
        service: string;
        stalled: number;
      }[];
    };
    /** TapeEntry */
    TapeEntry: {
      at: string;
      cause?: string | null;
      hop: number;
      id: string;
      /** @enum {unknown} */
      kind: 'command' | 'event';
      /** @enum {unknown} */
      means: 'forward' | 'refusal' | 'undo' | 'question' | 'beside';
      position: string;
      process: string;
      reason?: {
        code: string;
        text: string;
      } | null;
      saga: string;
      service: string;
      /** @enum {unknown} */
      style: 'choreography' | 'orchestration' | 'hybrid';
      type: string;
      void: boolean;
    };
    /** UnreadablePage */
    UnreadablePage: {
      items: {
        at: string;
        code: string;
        text: string;
        time: string;
      }[];
      next?: string | null;
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
  SystemController_differences: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description all of them */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['DifferenceList'];
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
  EventsController_stream: {
    parameters: {
      query?: {
        /** @description the same for who cannot send the header: a position, as GET /api/overview has it */
        from?: unknown;
        /** @description only this saga */
        id?: unknown;
        /** @description only this process */
        process?: unknown;
      };
      header?: {
        /** @description go on after this place */
        'Last-Event-ID'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description a stream that does not end; the data of each `message` is this */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/event-stream': components['schemas']['TapeEntry'];
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
  SystemController_flow: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        process: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description nodes and edges */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['FlowView'];
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
  SystemController_show: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description as of now */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['OverviewView'];
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
  SystemController_parked: {
    parameters: {
      query?: {
        /** @description the name of the error */
        code?: unknown;
        command?: unknown;
        cursor?: unknown;
        /** @description 1 to 200, 50 if not given */
        limit?: unknown;
        service?: unknown;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description one page */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ParkedPage'];
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
  SystemController_processes: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description all of them */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ProcessList'];
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
        cursor?: unknown;
        /** @description the customer's opaque id */
        customer?: unknown;
        /** @description what its id begins with */
        id?: unknown;
        /** @description 1 to 200, 50 if not given */
        limit?: unknown;
        /** @description began at least so long ago: 30s, 10m, 2h, 1d */
        olderThan?: unknown;
        process?: unknown;
        /** @description the code of the reason that turned it back, e.g. no-stock */
        reason?: unknown;
        /** @description those that wait for this service */
        service?: unknown;
        /** @description a state, or a reason to look at it */
        state?:
          | 'running'
          | 'compensating'
          | 'completed'
          | 'compensated'
          | 'stalled'
          | 'parked'
          | 'loop'
          | 'undo-incomplete'
          | 'undo-failed'
          | 'open'
          | 'ended';
        /** @description those that wait for this command, e.g. payment.ProcessPayment */
        step?: unknown;
        style?: 'choreography' | 'orchestration' | 'hybrid';
        /** @description began at most so long ago */
        youngerThan?: unknown;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description one page */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SagaRows'];
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
  SagasController_find: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
        process: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description as its messages and the manifests tell it */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SagaDetail'];
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
  SagasController_mermaid: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
        process: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Mermaid */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MermaidView'];
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
  SystemController_services: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description all of them */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ServiceList'];
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
  SystemController_unreadable: {
    parameters: {
      query?: {
        cursor?: unknown;
        /** @description 1 to 200, 50 if not given */
        limit?: unknown;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description one page */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['UnreadablePage'];
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
