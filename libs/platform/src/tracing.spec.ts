import { Controller, Get, Logger, Module, Post } from '@nestjs/common';
import { type CollectedSpan, OtlpCollector, request, until } from '@duet/testbed';
import { createApp } from './app';
import { InvalidConfig } from './config';
import { JsonLogger } from './logger';
import { joinTrace } from './traced-requests';
import { currentSpan, tracing, useTracing, within } from './tracing';
import { readTracing, startTracing } from './tracing.config';

const trace = 'a622938bf5ee5680919dd30b5aa89e10';

@Controller()
class Routes {
  private readonly logger = new Logger('Routes');

  @Get('things/:id')
  look(): object {
    this.logger.log('before');
    joinTrace(trace);
    this.logger.log('after');
    return {};
  }

  @Post('broken')
  fail(): object {
    throw new TypeError('it is broken');
  }
}
@Module({ controllers: [Routes] })
class App {}

describe('traces', () => {
  it('are off where the environment names no collector, and whatever else it says is not looked at', () => {
    expect(readTracing({})).toBeUndefined();
    expect(readTracing({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_TRACES_SAMPLER: 'x' })).toBeUndefined();
    expect(readTracing({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_SDK_DISABLED: 'true' })).toBeUndefined();
    expect(readTracing({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_TRACES_EXPORTER: 'none' })).toBeUndefined();
    expect(tracing()).toBeUndefined();
    expect(within(undefined, () => currentSpan())).toBeUndefined();
  });

  it('are told by the names of the specification, and a wrong value by what would be right', () => {
    const on = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' };
    expect(readTracing(on)).toMatchObject({ endpoint: 'http://c:4318', ratio: 1 });
    expect(readTracing({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t/x' })).toMatchObject({ endpoint: 'http://t/x' });
    expect(readTracing({ ...on, OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' })?.ratio).toBe(0.25);
    expect(() => readTracing({ ...on, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toThrow(InvalidConfig);
    expect(() => readTracing({ ...on, OTEL_TRACES_SAMPLER_ARG: '2' })).toThrow(
      "OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1, but is '2'.",
    );
    expect(() => readTracing({ OTEL_EXPORTER_OTLP_ENDPOINT: 'c:4318' })).toThrow('OTEL_EXPORTER_OTLP_ENDPOINT must be a URL');
  });

  describe('that are on', () => {
    let collector: OtlpCollector;
    const found = async (name: string): Promise<CollectedSpan> => {
      await until(() => collector.spans.some((span) => span.name === name), { what: `${name} is told` });
      return collector.spans.find((span) => span.name === name)!;
    };
    beforeAll(async () => {
      collector = await OtlpCollector.start();
      process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = collector.url;
      process.env['OTEL_BSP_SCHEDULE_DELAY'] = '10';
      await startTracing('shop');
    });
    afterAll(async () => {
      await tracing()?.stop();
      useTracing(undefined);
      delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
      delete process.env['OTEL_BSP_SCHEDULE_DELAY'];
      await collector.stop();
    });

    it('tell of a span what it is, what it is part of, what it has to do with, and what it failed of', async () => {
      const outer = tracing()!.begin('outer', { trace, kind: 'producer', attributes: { 'duet.hop': 3, nothing: undefined } });
      const inner = tracing()!.begin('inner', { parent: outer.traceparent, links: [outer.traceparent, 'no traceparent'] });
      inner.end(new TypeError('it is broken'));
      outer.end();
      const told = await found('outer');
      expect(told).toMatchObject({ service: 'shop', kind: 4, trace, parent: undefined, failed: false, attributes: { 'duet.hop': 3 } });
      expect(outer.traceparent).toBe(`00-${trace}-${told.id}-01`);
      const part = await found('inner');
      expect(part).toMatchObject({
        trace,
        parent: told.id,
        links: [{ trace, id: told.id }],
        failed: true,
        attributes: { 'error.type': 'TypeError' },
      });
    });

    it('begin anew where the parent cannot be read', async () => {
      tracing()!
        .begin('alone', { parent: `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01` })
        .end();
      expect((await found('alone')).parent).toBeUndefined();
    });

    describe('by a service', () => {
      let lines: { msg: string; trace_id?: string }[];
      let url: string;
      let close: () => Promise<void>;
      beforeAll(async () => {
        lines = [];
        const to = { write: (line: string) => void lines.push(JSON.parse(line) as { msg: string }) };
        const app = await createApp(App, { name: 'shop', description: '', logger: new JsonLogger({ service: 'shop', to }) });
        await app.listen(0, '127.0.0.1');
        url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
        close = () => app.close();
      });
      afterAll(() => close());

      it('have a span for each request, which joins the trace of what it is about; and logs have its ids from then on', async () => {
        await request('GET', `${url}/things/7`);
        const span = await found('GET /things/:id');
        expect(span).toMatchObject({ kind: 2, trace, parent: undefined });
        expect(span.attributes).toMatchObject({
          'http.request.method': 'GET',
          'http.route': '/things/:id',
          'url.path': '/things/7',
          'http.response.status_code': 200,
        });
        const logged = (text: string) => lines.find(({ msg }) => msg === text);
        expect(logged('before')?.trace_id).toBeUndefined();
        expect(logged('after')?.trace_id).toBe(trace);
      });

      it('stay in the trace of a caller who has one', async () => {
        const caller = { trace: '0af7651916cd43dd8448eb211c80319c', id: 'b7ad6b7169203331' };
        await request('GET', `${url}/things/8`, { headers: { traceparent: `00-${caller.trace}-${caller.id}-01` } });
        await until(() => collector.spans.some((span) => span.trace === caller.trace), { what: 'it is told' });
        expect(collector.spans.find((span) => span.trace === caller.trace)).toMatchObject({ name: 'GET /things/:id', parent: caller.id });
      });

      it('tell of a request that failed inside, also with a body; and nothing of health', async () => {
        await request('POST', `${url}/broken`, { body: {} });
        expect(await found('POST /broken')).toMatchObject({
          failed: true,
          attributes: { 'http.response.status_code': 500, 'error.type': '500' },
        });
        expect(lines.find(({ msg }) => msg === 'POST /broken failed')).toBeDefined();
        await request('GET', `${url}/health/live`);
        await request('GET', `${url}/things/9`);
        await until(() => collector.spans.filter(({ name }) => name === 'GET /things/:id').length > 2, { what: 'a later one is told' });
        expect(collector.spans.some(({ attributes }) => String(attributes['url.path']).startsWith('/health'))).toBe(false);
      });
    });
  });
});
